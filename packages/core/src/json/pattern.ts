/** Compiles a regular expression; the result says whether it is found anywhere in a text. Throws what is wrong with it. */
export type CompilePattern = (source: string) => (text: string) => boolean;

/** RE2: linear in the length of the text, whatever the pattern. No back-references and no look-around. */
export async function loadPatterns(): Promise<CompilePattern> {
  const { RE2JS } = await import("re2js");
  return (source) => {
    const pattern = RE2JS.compile(source);
    return (text) => pattern.test(text);
  };
}
