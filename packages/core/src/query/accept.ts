/** How rows are sent. */
export interface Form {
  /** A list, one object, or comma-separated values. */
  readonly kind: "list" | "object" | "csv";
  /** Whether members that are `null` are left out. */
  readonly stripNulls: boolean;
  /** For `content-type`. */
  readonly mediaType: string;
}

const list: Form = { kind: "list", stripNulls: false, mediaType: "application/json" };

const forms: Readonly<Record<string, Form>> = {
  "application/json": list,
  "application/vnd.pgrst.array": { ...list, mediaType: "application/vnd.pgrst.array+json" },
  "application/vnd.pgrst.array+json": { ...list, mediaType: "application/vnd.pgrst.array+json" },
  "application/vnd.pgrst.object": { ...list, kind: "object", mediaType: "application/vnd.pgrst.object+json" },
  "application/vnd.pgrst.object+json": { ...list, kind: "object", mediaType: "application/vnd.pgrst.object+json" },
  "text/csv": { kind: "csv", stripNulls: false, mediaType: "text/csv; charset=utf-8" },
};

/** The form an Accept header asks for (RFC 9110, 12.5.1); a list of JSON when it asks for nothing that is known here. */
export function formOf(accept: string | readonly string[] | undefined): Form {
  const text = typeof accept === "object" ? accept.join(",") : (accept ?? "");
  if (text === "" || text === "*/*" || text === "application/json") return list;
  const wanted = text
    .split(",")
    .map(toRange)
    .filter(({ form, quality }) => form !== undefined && quality > 0)
    .sort((left, right) => right.quality - left.quality);
  return wanted[0]?.form ?? list;
}

interface MediaRange {
  readonly form: Form | undefined;
  readonly quality: number;
}

function toRange(part: string): MediaRange {
  const [type = "", ...parameters] = part.split(";").map((one) => one.trim().toLowerCase());
  const quality = Number(parameters.find((one) => one.startsWith("q="))?.slice(2) ?? 1);
  const form = Object.hasOwn(forms, type) ? forms[type] : undefined;
  if (form === undefined || !parameters.includes("nulls=stripped") || !type.includes("vnd.pgrst"))
    return { form, quality };
  return { form: { ...form, stripNulls: true, mediaType: `${form.mediaType};nulls=stripped` }, quality };
}
