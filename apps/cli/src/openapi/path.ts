import type { Part } from "./document.ts";

/** A path as OpenAPI writes it, with its parameters. */
export interface DescribedPath {
  readonly path: string;
  readonly parameters: readonly Part[];
}

const types: Readonly<Record<string, Part>> = {
  int: { type: "integer" },
  uuid: { type: "string", format: "uuid" },
  string: { type: "string" },
};

/** `/files/{id:int}/*` has the parameters `id` and `rest`. OpenAPI knows none that holds slashes: `rest` is the nearest there is. */
export function toPath(pattern: string): DescribedPath {
  const parameters: Part[] = [];
  const add = (name: string, type: string): string => {
    parameters.push({ name, in: "path", required: true, schema: types[type] ?? { type: "string" } });
    return `{${name}}`;
  };
  const path = pattern
    .replace(/\{(\w+)(?::(\w+))?\}/g, (_whole, name: string, type: string | undefined) => add(name, type ?? "string"))
    .replace(/\*$/, () => add("rest", "string"));
  return { path, parameters };
}
