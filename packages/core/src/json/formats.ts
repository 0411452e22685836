import type { Ajv, Format } from "ajv";

/** Nothing that has a format is longer, and some of the library's patterns take time that grows with the square of the length. */
const longest = 4096;

/** Formats whose text is as long as its author likes. */
const unbounded: ReadonlySet<string> = new Set(["byte", "binary", "password"]);

/** Lets no format look at more than it has to. */
export function boundFormats(ajv: Ajv): void {
  for (const [name, format] of Object.entries(ajv.formats)) {
    const test = format === undefined || unbounded.has(name) ? undefined : testOf(format);
    if (test !== undefined) ajv.addFormat(name, (text: string) => text.length <= longest && test(text));
  }
}

/** `undefined` for formats of numbers. */
function testOf(format: Format): ((text: string) => boolean) | undefined {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === "function") return format;
  if (typeof format !== "object" || format.type === "number" || format.async === true) return undefined;
  const { validate } = format;
  if (typeof validate === "string") return undefined;
  // A format of texts, which is what is left.
  return testOf(validate as Format);
}
