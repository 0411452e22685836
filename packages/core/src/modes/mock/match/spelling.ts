const longest = 60;

/** How a value that is not there is spelled. */
export const absent = "nothing";

/** A value as people read it in a report: short, on one line. */
export function spell(value: unknown): string {
  if (value === undefined) return absent;
  const text = typeof value === "string" && plain.test(value) ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** Text that needs no quotes to be told from a number, a word of JSON or an empty string. */
const plain = /^(?!(?:true|false|null|nothing|-?\d[\d.eE+-]*)$)[^\s"'[\]{}]+$/;
