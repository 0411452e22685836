import type { ValuePath } from "./config.ts";

/** What is looked at of JSON Schema. */
interface Described {
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
}

/** Whether a schema that describes itself has no such key: then the key is the mistake, and not its value. */
export function isForeignKey(schema: unknown, path: ValuePath): boolean {
  const key = path.at(-1);
  if (typeof key !== "string") return false;
  const properties = walk(describe(schema), path.slice(0, -1))?.properties;
  return properties !== undefined && !Object.hasOwn(properties, key);
}

/** Source: Standard JSON Schema, https://standardschema.dev/json-schema. */
function describe(schema: unknown): Described | undefined {
  const standard = (
    schema as { "~standard"?: { jsonSchema?: { input?: (options: object) => Described } } } | undefined
  )?.["~standard"];
  try {
    return standard?.jsonSchema?.input?.({ target: "draft-07" });
  } catch {
    // It has no such form: nothing is known of its keys.
    return undefined;
  }
}

function walk(described: Described | undefined, path: ValuePath): Described | undefined {
  return path.reduce<Described | undefined>(
    (at, step) => (typeof step === "number" ? at?.items : ownProperty(at?.properties, step)),
    described,
  );
}

function ownProperty(properties: Described["properties"], name: string): Described | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
