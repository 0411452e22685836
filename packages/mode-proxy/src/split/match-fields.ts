import type { BackworksRequest } from "@backworks/core";
import type { MatchOptions } from "../options/parts.ts";

/** One thing that a request must have to go a way. */
export interface MatchField {
  /** `headers.x-canary` */
  readonly label: string;
  /** A value, any for `true`, none for `false`. */
  readonly expected: string | boolean;
  read(request: BackworksRequest): string | readonly string[] | undefined;
}

/** All that a `match:` names. */
export function fieldsOf({ header = {}, cookie = {}, query = {} }: MatchOptions): readonly MatchField[] {
  return [
    ...Object.entries(header).map(([name, expected]): MatchField => {
      const lower = name.toLowerCase();
      return { label: `headers.${lower}`, expected, read: ({ headers }) => headers[lower] };
    }),
    ...Object.entries(cookie).map(([name, expected]): MatchField => ({
      label: `cookies.${name}`,
      expected,
      read: ({ cookies }) => cookies[name],
    })),
    ...Object.entries(query).map(([name, expected]): MatchField => ({
      label: `query.${name}`,
      expected,
      read: (request) => request.query[name],
    })),
  ];
}

/** Whether a request has it. */
export function fitsField({ expected, read }: MatchField, request: BackworksRequest): boolean {
  const found = read(request);
  if (typeof expected === "boolean") return (found !== undefined) === expected;
  return found !== undefined && [found].flat().includes(expected);
}
