import { refusals } from "../refusal.ts";

/** How an answer is sent. */
export interface Media {
  readonly kind: "json" | "object" | "csv" | "plan";
  readonly stripNulls: boolean;
  readonly contentType: string;
  /** Options of EXPLAIN, of a plan. */
  readonly plan?: PlanOptions;
}

export interface PlanOptions {
  readonly format: "json" | "text";
  readonly options: readonly PlanOption[];
}

export const planOptions = ["analyze", "verbose", "settings", "buffers", "wal"] as const;
export type PlanOption = (typeof planOptions)[number];

/** What a server says it has. */
export interface MediaRules {
  readonly plans: boolean;
}

const json: Media = { kind: "json", stripNulls: false, contentType: "application/json; charset=utf-8" };

/** What an Accept header asks for (RFC 9110, 12.5.1). */
export function readAccept(header: string | readonly string[] | undefined, rules: MediaRules): Media {
  const text = typeof header === "object" ? header.join(",") : (header ?? "");
  if (text === "" || text === "*/*" || text === "application/json") return json;
  const ranges = splitOutsideQuotes(text, ",").map(toRange);
  const wanted = ranges.filter(({ quality }) => quality > 0).toSorted((one, other) => other.quality - one.quality);
  for (const range of wanted) {
    const media = mediaOf(range, rules);
    if (media !== undefined) return media;
  }
  throw refusals.media(ranges.map(({ name }) => name).join(", "));
}

interface MediaRange {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function toRange(text: string): MediaRange {
  const [name = "", ...rest] = splitOutsideQuotes(text, ";").map((part) => part.trim());
  const parameters = new Map(
    rest.map((part) => {
      const [key = "", value = ""] = part.split("=");
      return [key.toLowerCase(), value.replace(/^"(.*)"$/, "$1")];
    }),
  );
  return { name: name.toLowerCase(), parameters, quality: Number(parameters.get("q") ?? 1) };
}

function splitOutsideQuotes(text: string, mark: "," | ";"): readonly string[] {
  const parts = text.match(mark === "," ? /(?:"[^"]*"|[^,"])+/g : /(?:"[^"]*"|[^;"])+/g) ?? [];
  return parts.map((part) => part.trim());
}

function mediaOf({ name, parameters }: MediaRange, { plans }: MediaRules): Media | undefined {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  switch (kind) {
    case "json":
      return json;
    case "csv":
      return csv;
    case "plan":
      return plans ? planOf(name, parameters) : undefined;
    case "array":
    case "object":
      return vendorOf(kind, parameters.get("nulls") === "stripped");
    default:
      return undefined;
  }
}

/** A list that leaves nothing out is plain JSON. */
function vendorOf(kind: "array" | "object", stripNulls: boolean): Media {
  if (kind === "array" && !stripNulls) return json;
  const type = `application/vnd.pgrst.${kind}+json${stripNulls ? ";nulls=stripped" : ""}`;
  return { kind: kind === "array" ? "json" : kind, stripNulls, contentType: `${type}; charset=utf-8` };
}

const csv: Media = { kind: "csv", stripNulls: false, contentType: "text/csv; charset=utf-8" };

const kinds: Readonly<Record<string, Media["kind"] | "array">> = {
  "*/*": "json",
  "application/*": "json",
  "application/json": "json",
  "text/csv": "csv",
  "application/vnd.pgrst.array": "array",
  "application/vnd.pgrst.array+json": "array",
  "application/vnd.pgrst.object": "object",
  "application/vnd.pgrst.object+json": "object",
  "application/vnd.pgrst.plan": "plan",
  "application/vnd.pgrst.plan+text": "plan",
  "application/vnd.pgrst.plan+json": "plan",
};

function planOf(name: string, parameters: MediaRange["parameters"]): Media {
  const format = name.endsWith("+json") ? "json" : "text";
  const asked = (parameters.get("options") ?? "").split("|");
  const options = planOptions.filter((option) => asked.includes(option));
  const of = parameters.get("for");
  const rest = `${of === undefined ? "" : `; for="${of}"`}${options.length === 0 ? "" : `; options=${options.join("|")}`}`;
  return {
    kind: "plan",
    stripNulls: false,
    contentType: `application/vnd.pgrst.plan+${format}${rest}; charset=utf-8`,
    plan: { format, options },
  };
}
