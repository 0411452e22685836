import { isDeepStrictEqual } from "node:util";
import { load } from "js-yaml";

/** The text after an edit, or why it has to be made by hand. */
export type Edit =
  | { readonly kind: "changed"; readonly text: string }
  | { readonly kind: "unchanged" }
  | { readonly kind: "unsafe"; readonly problem: string };

/** Only an edit that means exactly what was asked for, and nothing else, is handed out. */
export function verified<T>(before: string, after: string, change: (value: T) => void): Edit {
  try {
    // a mapping: whoever asks saw it
    const expected = load(before) as T;
    change(expected);
    if (isDeepStrictEqual(load(after), expected)) return { kind: "changed", text: after };
  } catch {
    // The edited text is no YAML any more: it is thrown away.
  }
  return { kind: "unsafe", problem: "its layout is not understood" };
}
