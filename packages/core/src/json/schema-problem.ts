import type { JsonValue } from "../exchange.ts";
import type { CompilePattern } from "./pattern.ts";
import { isObject } from "./value.ts";
import { didYouMean } from "./violation.ts";

/** What is wrong with a schema, and where in it. */
export interface SchemaProblem {
  readonly problem: string;
  readonly path: readonly (string | number)[];
  /** Whether the last key of the path is wrong, not its value. */
  readonly ofKey?: true;
}

/** What was to be compiled, and with what. */
export interface FailedSchema {
  readonly schema: JsonValue;
  readonly keywords: readonly string[];
  readonly formats: readonly string[];
  readonly compilePattern: CompilePattern;
}

/** What the compiler of schemas threw, in our words. */
export function toSchemaProblem(thrown: unknown, failed: FailedSchema): SchemaProblem {
  const { schema, keywords, formats } = failed;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [, keyword] = /unknown keyword: "(.+)"/.exec(message) ?? [];
  if (keyword !== undefined) {
    const path = find(schema, ({ key }) => key === keyword);
    return { problem: `is no keyword of JSON Schema${didYouMean(keyword, keywords)}`, path, ofKey: true };
  }
  const [, format] = /unknown format "(.+?)"/.exec(message) ?? [];
  if (format !== undefined) {
    const path = find(schema, ({ key, value }) => key === "format" && value === format);
    return { problem: `names a format that is not known${didYouMean(format, formats)}`, path };
  }
  const [, reference] = /can't resolve reference (\S+)/.exec(message) ?? [];
  if (reference !== undefined) {
    const path = find(schema, ({ key, value }) => key === "$ref" && value === reference);
    return { problem: `refers to ${reference}, which is nowhere`, path };
  }
  return toPatternProblem(message, failed);
}

function toPatternProblem(message: string, { schema, compilePattern }: FailedSchema): SchemaProblem {
  const isBroken = (pattern: unknown): boolean => {
    try {
      if (typeof pattern === "string") compilePattern(pattern);
      return false;
    } catch {
      // What is wrong with it, the message says already.
      return true;
    }
  };
  const path = find(schema, ({ key, value }) => key === "pattern" && isBroken(value));
  const named =
    path.length > 0 ? path : find(schema, ({ key, parent }) => parent === "patternProperties" && isBroken(key));
  const problem = `cannot be used: ${message.replace("strict mode: ", "").replace("error parsing regexp: ", "")}`;
  if (named.length === 0) return { problem, path: [] };
  return path.length > 0 ? { problem, path } : { problem, path: named, ofKey: true };
}

interface Entry {
  readonly key: string | number;
  readonly value: JsonValue | undefined;
  /** The key of what the entry is in. */
  readonly parent: string | number | undefined;
}

type Path = readonly (string | number)[];

/** The path of the first entry of this kind; empty when there is none. */
function find(schema: JsonValue, isMeant: (entry: Entry) => boolean): Path {
  for (const { path, value } of entriesOf(schema)) {
    const key = path.at(-1);
    if (key !== undefined && isMeant({ key, value, parent: path.at(-2) })) return path;
  }
  return [];
}

function* entriesOf(
  value: JsonValue | undefined,
  path: Path = [],
): IterableIterator<{ readonly path: Path; readonly value: JsonValue | undefined }> {
  const entries = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : [];
  for (const [key, item] of entries as Iterable<[string | number, JsonValue | undefined]>) {
    yield { path: [...path, key], value: item };
    yield* entriesOf(item, [...path, key]);
  }
}
