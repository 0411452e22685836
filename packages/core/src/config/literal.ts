/**
 * Writes a text so that a template shows it as it is: `${` becomes `$${`, `{{` an expression that gives `{{`.
 *
 * `inText` says that other text may stand beside it, which could make an opening together with its ends.
 */
export function escapeLiteral(text: string, inText: boolean = false): string {
  if (!/[${]/.test(text)) return text;
  const pattern = inText ? /\$\{|\{\{|^\{|\{$|\$+$/g : /\$\{|\{\{/g;
  return text.replace(pattern, (found) => (found === "${" ? "$${" : `\${"${found}"}`));
}

const escaped = /\$\$\{|\$\{"(\{\{?|\$+)"\}/g;

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
  return text.includes("$") ? text.replace(escaped, (_, quoted: string | undefined) => quoted ?? "${") : text;
}

/** The first `${…}` or `{{ … }}` of a text that asks to be evaluated. */
export function expressionIn(text: string): string | undefined {
  return /\$\{[^}]*\}?|\{\{.*?\}\}/.exec(text.replace(escaped, " "))?.[0];
}
