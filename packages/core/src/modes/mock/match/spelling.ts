const longest = 60;

/** A value as people read it in a report: short, on one line; `nothing` when it is absent. */
export function spell(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" && plain.test(value) ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** Text that needs no quotes to be told from a number, a word of JSON or an empty string. */
const plain = /^(?!(?:true|false|null|nothing|-?\d[\d.eE+-]*)$)[^\s"'[\]{}]+$/;
