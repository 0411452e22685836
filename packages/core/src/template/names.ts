/** A stretch of a text. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What the parser has to know of names. */
export interface ParserOptions {
  /** Whether it is the spelling `{{ … }}`, where a function needs no parentheses: `random 18 65`. */
  readonly older: boolean;
  /** How deep the expression is nested in others. @defaultValue 0 */
  readonly depth?: number;
  /** Whether a function has this name. */
  isFunction(name: string): boolean;
  /** Whether the name stands for data. */
  isRoot(name: string): boolean;
}
