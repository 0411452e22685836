/**
 * Writes a text so that a template shows it as it is: `${` becomes `$${`, `{{` an expression that gives `{{`.
 *
 * `next` is the character that will follow; a dollar before a brace would open an expression.
 */
export function escapeLiteral(text: string, next: string = ""): string {
  if (!text.includes("$") && !text.includes("{{")) return text;
  const escaped = text.replaceAll("${", "$$${").replaceAll("{{", '${"{{"}');
  return next === "{" && text.endsWith("$") ? `${escaped.slice(0, -1)}$$` : escaped;
}

/** Undoes `escapeLiteral` and reads `$${` as `${`, where nothing is evaluated. Objects come out without prototype. */
export function unescapeLiterals(value: unknown): unknown {
  if (typeof value === "string") return unescapeLiteral(value);
  if (Array.isArray(value)) return value.map(unescapeLiterals);
  if (typeof value !== "object" || value === null) return value;
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) result[key] = unescapeLiterals(item);
  return result;
}

export function unescapeLiteral(text: string): string {
  if (!text.includes("$")) return text;
  return text.replace(/\$\$\{|\$\{"\{\{"\}/g, (found) => (found === "$${" ? "${" : "{{"));
}

/** The first `${…}` or `{{ … }}` of a text that asks to be evaluated. */
export function expressionIn(text: string): string | undefined {
  const bare = text.replace(/\$\$\{|\$\{"\{\{"\}/g, "");
  return /\$\{[^}]*\}?|\{\{.*?\}\}/.exec(bare)?.[0];
}
