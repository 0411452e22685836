import { posix } from "node:path";
import type { JsonValue } from "../exchange.ts";
import { mapSchemas } from "./schema-walk.ts";
import type { SchemaProblem } from "./schema-problem.ts";
import { isObject } from "./value.ts";
import type { JsonObject } from "./value.ts";

/** A schema with everything it refers to. */
export interface SchemaBundle {
  readonly schema: JsonObject;
  /** Schemas of files, by the address that references to them have. */
  readonly documents: ReadonlyMap<string, JsonObject>;
  /** `draft-07`, `2020-12` or what `$schema` says otherwise. */
  readonly draft: string;
}

/** Reads a file of the project as data; throws when there is none. */
export type ReadSchema = (file: string) => JsonValue;

/** A reference leads nowhere, or out of the project. */
export class ReferenceProblem extends Error implements SchemaProblem {
  readonly problem: string;
  readonly path: readonly (string | number)[];

  constructor(problem: string, path: readonly (string | number)[]) {
    super(problem);
    this.problem = problem;
    this.path = path;
  }
}

/**
 * Gathers a schema and the files it refers to, and theirs. A text is the name of a file that holds the schema.
 *
 * @throws ReferenceProblem; what `read` throws
 */
export function bundleSchema(schema: JsonObject | string, read: ReadSchema): SchemaBundle {
  const documents = new Map<string, JsonObject>();
  const load = (file: string): JsonObject => loadDocument(file, { documents, read });
  if (typeof schema !== "string") return { schema: resolve(schema, "", load), documents, draft: draftOf(schema) };
  const file = posix.normalize(schema);
  return { schema: { $ref: addressOf(file) }, draft: draftOf(load(file)), documents };
}

interface Loading {
  readonly documents: Map<string, JsonObject>;
  readonly read: ReadSchema;
}

function loadDocument(file: string, { documents, read }: Loading): JsonObject {
  const address = addressOf(file);
  const known = documents.get(address);
  if (known !== undefined) return known;
  const content = read(file);
  if (!isObject(content)) throw new ReferenceProblem(`${file} holds no JSON Schema`, []);
  // There before its own references are followed: files may refer to each other in a circle.
  documents.set(address, content);
  const resolved = resolve(content, file, (other) => loadDocument(other, { documents, read }));
  documents.set(address, resolved);
  return content;
}

/** The schema with references to files made addresses, annotations of anybody's own left out. */
function resolve(schema: JsonObject, base: string, load: (file: string) => unknown): JsonObject {
  const ids = idsOf(schema);
  // A schema stays an object.
  return mapSchemas(schema, (part, path) => {
    const kept: Record<string, JsonValue | undefined> = {};
    for (const [key, value] of Object.entries(part)) {
      if (key.startsWith("x-") || key === "$schema") continue;
      const refers = (key === "$ref" || key === "$dynamicRef") && typeof value === "string";
      kept[key] = refers ? follow(value, { ids, base, load, path: [...path, key] }) : value;
    }
    return kept;
  }) as JsonObject;
}

interface Following {
  readonly ids: ReadonlySet<string>;
  /** The file that the reference stands in; empty for the configuration. */
  readonly base: string;
  readonly load: (file: string) => unknown;
  readonly path: readonly (string | number)[];
}

function follow(reference: string, { ids, base, load, path }: Following): string {
  const [target = "", fragment = ""] = reference.split("#", 2);
  if (target === "") return base === "" ? reference : `${addressOf(base)}#${fragment}`;
  if (ids.has(target)) return reference;
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) {
    const found = base === "" ? reference : `${reference} in ${base}`;
    throw new ReferenceProblem(
      `refers to ${found}: nothing is loaded from elsewhere, name a file of the project`,
      path,
    );
  }
  const file = posix.normalize(posix.join(posix.dirname(base), decodeReference(target)));
  load(file);
  return `${addressOf(file)}#${fragment}`;
}

/** A part of a reference, its percent signs undone. */
export function decodeReference(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    // A name may hold a percent sign.
    return target;
  }
}

function idsOf(schema: JsonObject): ReadonlySet<string> {
  const ids = new Set<string>();
  mapSchemas(schema, (part) => {
    if (typeof part["$id"] === "string") ids.add(part["$id"].replace(/#$/, ""));
    return part;
  });
  return ids;
}

function addressOf(file: string): string {
  return `file:///${file.split("/").map(encodeURIComponent).join("/")}`;
}

const drafts: ReadonlyMap<string, string> = new Map([
  ["http://json-schema.org/draft-06/schema", "draft-07"],
  ["http://json-schema.org/draft-07/schema", "draft-07"],
  ["http://json-schema.org/schema", "2020-12"],
  ["https://json-schema.org/draft/2019-09/schema", "2020-12"],
  ["https://json-schema.org/draft/2020-12/schema", "2020-12"],
  ["https://json-schema.org/schema", "2020-12"],
]);

function draftOf({ $schema: said }: JsonObject): string {
  if (said === undefined) return "2020-12";
  if (typeof said !== "string") throw new ReferenceProblem("must name a draft of JSON Schema", ["$schema"]);
  const draft = drafts.get(said.replace(/#$/, "").replace(/^https:(?=\/\/json-schema\.org\/draft-0)/, "http:"));
  if (draft === undefined) throw new ReferenceProblem("must name draft-07 or 2020-12 of JSON Schema", ["$schema"]);
  return draft;
}
