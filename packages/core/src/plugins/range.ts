/**
 * Whether a version lies in a range; `undefined` when the range cannot be read.
 *
 * The library is loaded when the first range that is not the usual one asks for it.
 */
export async function satisfies(version: string, range: string): Promise<boolean | undefined> {
  if (range === "*") return true;
  const caret = /^\^(\d+)\.0\.0$/.exec(range)?.[1];
  if (caret !== undefined && caret !== "0" && /^\d+\.\d+\.\d+$/.test(version)) return version.startsWith(`${caret}.`);
  const { default: Range } = await import("semver/classes/range.js");
  try {
    return new Range(range, { includePrerelease: true }).test(version);
  } catch {
    // The library throws for a range it cannot read; the caller names who wrote it.
    return undefined;
  }
}
