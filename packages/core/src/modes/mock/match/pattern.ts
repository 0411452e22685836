import type { CompilePattern } from "./engines.ts";

/** RE2: linear in the length of the text, whatever the pattern. No back-references and no look-around. */
export async function loadPatterns(): Promise<CompilePattern> {
  const { RE2JS } = await import("re2js");
  return (source) => {
    const pattern = RE2JS.compile(source);
    return (text) => pattern.test(text);
  };
}
