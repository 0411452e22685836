/** A value as text, as a client would write it: text as it is, nothing as no text, objects as JSON. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : JSON.stringify(value);
}
