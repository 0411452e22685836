import { isReservedHeader } from "../options/headers.ts";
import { fieldName, wrongInValue } from "../wire/field-syntax.ts";

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
  if (!fieldName.test(name)) return `gave a header with the name ${JSON.stringify(name)}, which is none`;
  if (isReservedHeader(name)) return `gave header ${name}, which is written by the connection itself`;
  if (name.toLowerCase() === "host" && values.length > 1) return "gave header host several values: a request has one";
  if (!values.every(isScalar)) return `gave header ${name} a value that is no text`;
  const isWrong = values.some((value) => wrongInValue(String(value)) !== undefined);
  return isWrong ? `gave header ${name} a value that cannot be sent` : undefined;
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
