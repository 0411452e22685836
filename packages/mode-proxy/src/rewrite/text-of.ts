/** What a template gave, as text: nothing for missing data, JSON for what is no scalar. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}
