import type { JsonValue } from "../../exchange.ts";
import { isObject } from "./resource/merge-patch.ts";
import { didYouMean } from "./resource/violation.ts";

/** What is wrong with a schema, and where in it. */
export interface SchemaProblem {
  readonly problem: string;
  readonly path: readonly (string | number)[];
  /** Whether the last key of the path is wrong, not its value. */
  readonly ofKey?: true;
}

/** Keys of a schema that begin with `x-`: anybody may add them. */
export function extensionsOf(schema: JsonValue): readonly string[] {
  const keys = [...pathsOf(schema)].map((path) => String(path.at(-1)));
  return [...new Set(keys.filter((key) => key.startsWith("x-")))];
}

/** What the compiler of schemas threw, in our words. */
export function toSchemaProblem(
  thrown: unknown,
  { schema, keywords }: { readonly schema: JsonValue; readonly keywords: readonly string[] },
): SchemaProblem {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [, keyword] = /unknown keyword: "(.+)"/.exec(message) ?? [];
  if (keyword === undefined) return { problem: `cannot be used: ${message.replace("strict mode: ", "")}`, path: [] };
  const path = [...pathsOf(schema)].find((candidate) => candidate.at(-1) === keyword) ?? [];
  return { problem: `is no keyword of JSON Schema${didYouMean(keyword, keywords)}`, path, ofKey: true };
}

type Path = readonly (string | number)[];

/** The path of every key. */
function* pathsOf(value: JsonValue | undefined, path: Path = []): IterableIterator<Path> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* pathsOf(item, [...path, index]);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield [...path, key];
      yield* pathsOf(item, [...path, key]);
    }
  }
}
