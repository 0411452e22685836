import { isReservedHeader } from "../options/headers.ts";

/** Headers as a function of a user gives them. */
export type GivenHeaders = Readonly<Record<string, unknown>>;

/** What is wrong with headers that are not as they were; `undefined` for nothing. */
export function problemOfHeaders(given: GivenHeaders, before: GivenHeaders): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    const problem = value === before[name] ? undefined : problemOf(name, valuesOf(value));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The values of one header; `undefined` and `null` are none. */
export function valuesOf(value: unknown): readonly unknown[] {
  return [value].flat().filter((one) => one !== undefined && one !== null);
}

function problemOf(name: string, values: readonly unknown[]): string | undefined {
  if (values.length === 0) return undefined;
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    return `gave a header with the name ${JSON.stringify(name)}, which is none`;
  if (isReservedHeader(name)) return `gave header ${name}, which is written by the connection itself`;
  if (!values.every(isScalar)) return `gave header ${name} a value that is no text`;
  // Source: RFC 9110, 5.5.
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (values.some((value) => /[^\t\x20-\x7e\x80-\xff]/.test(String(value))))
    return `gave header ${name} a value that cannot be sent`;
  return undefined;
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
