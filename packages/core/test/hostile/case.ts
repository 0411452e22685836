/** A configuration that somebody wrote to do harm, or by a bad accident. */
export interface HostileCase {
  readonly name: string;
  readonly yaml: string | Uint8Array;
  /** Files beside it. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes what stands before it a whole configuration. */
export const rest = "\nname: x\nendpoints: { a: { path: /a, mock: { body: 1 } } }\n";

/** A configuration of one endpoint with these keys. */
export function endpoint(keys: string, path = "/a"): string {
  return `name: x\nendpoints:\n  a:\n    path: ${path}\n    ${keys}\n`;
}

/** Levels of something, each made of the one before. */
export function levels(count: number, make: (level: number) => string): string {
  return Array.from({ length: count }, (_, level) => make(level)).join("\n");
}

export function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}
