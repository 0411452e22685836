import type { MadeMedia } from "../catalog/catalog.ts";
import { refusals } from "../refusal.ts";

/** How an answer is sent. */
export interface Media {
  readonly kind: "json" | "object" | "csv" | "made";
  readonly stripNulls: boolean;
  readonly contentType: string;
  /** What the database makes it by, where that is a type of its own. */
  readonly made?: Made;
  /** Options of EXPLAIN, where the plan is wanted in place of the rows. */
  readonly plan?: PlanOptions;
}

/** How the database makes a media type. */
export interface Made {
  readonly makes: MadeMedia;
  /** Aggregate of the rows; `undefined` of a function that gives the whole answer. */
  readonly aggregate: Aggregate | undefined;
}

interface Aggregate {
  readonly schema: string;
  readonly name: string;
  /** Table whose rows it takes; those of any when `undefined`. */
  readonly table: { readonly schema: string; readonly name: string } | undefined;
}

export interface PlanOptions {
  readonly format: "json" | "text";
  readonly options: readonly PlanOption[];
}

export const planOptions = ["analyze", "verbose", "settings", "buffers", "wal"] as const;
export type PlanOption = (typeof planOptions)[number];

/** What there is to choose from. */
export interface Offers {
  readonly plans: boolean;
  /** What the database makes; the first that fits counts. */
  readonly made: readonly Made[];
}

const json: Media = { kind: "json", stripNulls: false, contentType: "application/json; charset=utf-8" };
const csv: Media = { kind: "csv", stripNulls: false, contentType: "text/csv; charset=utf-8" };

/** One type of an Accept header. */
export interface MediaRange {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
  /** Parameters say more, asterisks less. */
  readonly precision: number;
}

/** What an Accept header asks for, the most wanted first (RFC 9110, 12.5.1). */
export function readAccept(header: string | readonly string[] | undefined): readonly MediaRange[] {
  const text = typeof header === "object" ? header.join(",") : (header ?? "");
  if (text === "" || text === "*/*") return anything;
  return splitOutsideQuotes(text, ",")
    .map(toRange)
    .toSorted((one, other) => other.quality - one.quality || other.precision - one.precision);
}

const anything: readonly MediaRange[] = [{ name: "*/*", parameters: new Map(), quality: 1, precision: -2 }];

/** The first of what is wanted that there is. @throws Refused with PGRST107 */
export function chooseMedia(ranges: readonly MediaRange[], offers: Offers): Media {
  for (const range of ranges) {
    const media = range.quality > 0 ? mediaOf(range, offers) : undefined;
    if (media !== undefined) return media;
  }
  throw refusals.media(namesOf(ranges));
}

/** Types that are asked for, by their whole names. */
export function namesOf(ranges: readonly MediaRange[]): string {
  return ranges.map(nameOf).join(", ");
}

function nameOf(range: MediaRange): string {
  if (!range.name.startsWith("application/vnd.pgrst.")) return range.name;
  const media = mediaOf(range, { plans: true, made: [] });
  return media === undefined ? range.name : media.contentType.replace(charset, "");
}

const charset = "; charset=utf-8";

function toRange(text: string): MediaRange {
  const [name = "", ...rest] = splitOutsideQuotes(text, ";").map((part) => part.trim());
  const parameters = new Map(
    rest.map((part) => {
      const [key = "", ...value] = part.split("=");
      return [key.toLowerCase(), value.join("=").replace(/^"(.*)"$/, "$1")];
    }),
  );
  const quality = Number(parameters.get("q") ?? 1);
  const precision = parameters.size - (parameters.has("q") ? 1 : 0) - (name.match(/\*/g)?.length ?? 0);
  return { name: name.toLowerCase(), parameters, quality, precision };
}

function splitOutsideQuotes(text: string, mark: "," | ";"): readonly string[] {
  const parts = text.match(mark === "," ? /(?:"[^"]*"|[^,"])+/g : /(?:"[^"]*"|[^;"])+/g) ?? [];
  return parts.map((part) => part.trim());
}

function mediaOf({ name, parameters }: MediaRange, { plans, made }: Offers): Media | undefined {
  const own = made.find((one) => fits(one, name));
  if (own !== undefined) return { kind: "made", stripNulls: false, contentType: typeOf(own.makes), made: own };
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  switch (kind) {
    case "json":
      return json;
    case "csv":
      return csv;
    case "plan":
      return plans ? planOf(name, parameters, made) : undefined;
    case "array":
    case "object":
      return vendorOf(kind, parameters.get("nulls") === "stripped");
    default:
      return undefined;
  }
}

/** PostgREST's own types are its own; whoever takes anything gets what a function gives. */
function fits({ makes, aggregate }: Made, name: string): boolean {
  if (name.startsWith("application/vnd.pgrst.")) return false;
  return makes.type === name || makes.type === "*/*" || (name === "*/*" && aggregate === undefined);
}

const inUtf8: ReadonlySet<string> = new Set([
  "application/json",
  "application/openapi+json",
  "application/geo+json",
  "text/csv",
  "text/plain",
  "text/xml",
]);

function typeOf({ type }: MadeMedia): string {
  if (type === "*/*") return "application/octet-stream";
  return inUtf8.has(type) ? `${type}; charset=utf-8` : type;
}

/** A list that leaves nothing out is plain JSON. */
function vendorOf(kind: "array" | "object", stripNulls: boolean): Media {
  if (kind === "array" && !stripNulls) return json;
  const type = `application/vnd.pgrst.${kind}+json${stripNulls ? ";nulls=stripped" : ""}`;
  return { kind: kind === "array" ? "json" : kind, stripNulls, contentType: `${type}; charset=utf-8` };
}

const kinds: Readonly<Record<string, "json" | "csv" | "array" | "object" | "plan">> = {
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

/** The plan of the statement that another type has. */
function planOf(name: string, parameters: MediaRange["parameters"], made: Offers["made"]): Media | undefined {
  const format = name.endsWith("+json") ? "json" : "text";
  const asked = (parameters.get("options") ?? "").split("|");
  const options = planOptions.filter((option) => asked.includes(option));
  const of = toRange(parameters.get("for") ?? "application/json");
  const media = mediaOf(of, { plans: false, made });
  if (media === undefined) return undefined;
  const type = media.contentType.replace(charset, "");
  const rest = `; for="${type}"${options.length === 0 ? "" : `; options=${options.join("|")}`}`;
  return {
    ...media,
    contentType: `application/vnd.pgrst.plan+${format}${rest}; charset=utf-8`,
    plan: { format, options },
  };
}
