import type { MockEndpoint } from "./mock-endpoint.ts";
import type { Difference } from "./replay.ts";

/** Templates of other mocks that read the rows: for them nothing is there any more. */
export function readersOf(
  value: Readonly<Record<string, unknown>>,
  mocks: readonly MockEndpoint[],
): readonly Difference[] {
  const moved = new Set(mocks.map(({ name }) => name));
  // A mapping: its layout was edited.
  const endpoints = (value["endpoints"] ?? {}) as Readonly<Record<string, unknown>>;
  const others = Object.entries(endpoints).filter(([name]) => !moved.has(name));
  return others.flatMap(([name, endpoint]) =>
    [...new Set([...JSON.stringify(endpoint).matchAll(call)].map(([, read = ""]) => read))]
      .filter((read) => moved.has(read))
      .map((read) => ({
        request: `endpoints.${name}`,
        at: `resource('${read}')`,
        mock: "the rows",
        database: "none: a template reads mocks only",
      })),
  );
}

/** `resource('products')`, in JSON. */
const call = /\bresource\(\s*(?:'|\\?")([^'"\\]+)/g;
