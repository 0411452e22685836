import type { JsonSchema } from "../src/config/json-schema.ts";

/** Writes the reference of a configuration's keys from its JSON Schema, as Markdown. */
export function writeReference(schema: JsonSchema): string {
  const root = propertiesOf(schema);
  const definitions = schema["definitions"] as Schemas;
  return [
    intro,
    table(
      "At the top of the file",
      pick(root, (key) => !sections.has(key) && !modeKeys.includes(key) && key !== sectionOfRuntimes),
    ),
    "`server`, `logging`, `global_headers`, `endpoints` and `plugins` are below. `endpoints` is the one that must be there, unless a plugin is.\n",
    ...serverTables(keysOf(root, "server")),
    table("rate_limit", keysOf(root, "rate_limit"), "At the top of the file, and of an endpoint."),
    table("logging", keysOf(root, "logging")),
    "## global_headers\n\nHeaders that every response gets unless it has them already: names and values.\n",
    ...endpointTables(propertiesOf(definitions["endpoint"] ?? {})),
    table(
      "Root keys of mode mock",
      pick(root, (key) => modeKeys.includes(key)),
    ),
    table(
      "runtimes.\\<name\\>",
      propertiesOf((root[sectionOfRuntimes]?.["additionalProperties"] ?? {}) as JsonSchema),
      "Languages besides those that are known, or other commands for `python` and `shell`.",
    ),
    table(
      "plugins.\\<name\\>",
      propertiesOf((root["plugins"]?.["additionalProperties"] ?? {}) as JsonSchema),
      "`true` and nothing stand for no options, `false` for `enabled: false`. What stands beside these keys, or in `config`, are the options of the plugin.",
    ),
  ].join("\n");
}

const sections: ReadonlySet<string> = new Set(["server", "logging", "global_headers", "endpoints", "plugins"]);
const modeKeys: readonly string[] = ["mock", "seed", "clock", "strict_templates", "expose_env"];
const sectionOfRuntimes = "runtimes";

function serverTables(server: Schemas): readonly string[] {
  const parts = ["cors", "limits", "timeouts", "overload", "watchdog", "tls"];
  return [table("server", server), ...parts.map((key) => table(`server.${key}`, keysOf(server, key)))];
}

function endpointTables(endpoint: Schemas): readonly string[] {
  return [
    table(
      "endpoints.\\<name\\>",
      pick(endpoint, (key) => definitionOfCore(key)),
      "`endpoints` is a mapping by name, or a list whose entries may have a `name`. `path` must be there. Plugins may add keys of their own.",
    ),
    table(
      "endpoints.\\<name\\>.parameters",
      propertiesOf((endpoint["parameters"]?.["items"] ?? {}) as JsonSchema),
      "A list. Keywords of JSON Schema may stand beside these keys; the [guide to validation](../guide/validation.md) explains them.",
    ),
    ...["validation", "limits", "timeouts"].map((key) => table(`endpoints.\\<name\\>.${key}`, keysOf(endpoint, key))),
    table(
      "Endpoint keys of mode mock",
      pick(endpoint, (key) => key === "mock" || key === "mock_responses"),
      "The forms and rules are in the [guide to mock mode](../guide/mock.md).",
    ),
    table(
      "endpoints.\\<name\\>.runtime",
      keysOf(endpoint, "runtime"),
      "A text stands for `handler` alone. The [guide to runtime mode](../guide/runtime.md) explains the keys.",
    ),
    ...hybridTables(endpoint),
  ];
}

function hybridTables(endpoint: Schemas): readonly string[] {
  const hybrid = keysOf(endpoint, "hybrid");
  const note =
    "The [guide to hybrid mode](../guide/hybrid.md) explains them. `mode: auto_evolve` has `auto_evolve` instead.";
  const entries = (key: string): Schemas => propertiesOf((hybrid[key]?.["items"] ?? {}) as JsonSchema);
  return [
    table("endpoints.\\<name\\>.hybrid", hybrid, note),
    table("endpoints.\\<name\\>.hybrid.branches", entries("branches"), "A list."),
    table("endpoints.\\<name\\>.hybrid.fallback", entries("fallback"), "A list."),
    table("endpoints.\\<name\\>.auto_evolve", keysOf(endpoint, "auto_evolve")),
  ];
}

const intro = `# Configuration

One YAML file: \`backworks.yaml\`, \`backworks.yml\` or \`project.yaml\`, the first that is there. Its folder is the project; every other file lies below it.
This page is written from the schema that checks the file (\`node scripts/write-reference.js\`); \`backworks schema\` prints the same as JSON Schema for editors.

\`\`\`yaml
name: shop
server:
  port: \${PORT:-8080}
endpoints:
  users:
    path: /users
    mock:
      data:
        - { id: 1, name: Ada }
\`\`\`

- **Unknown keys are mistakes**, with the key that was probably meant. Keys that begin with \`x-\` are free, at the top, in sections, endpoints and plugins.
- **Environment variables**: \`\${NAME}\`, \`\${NAME:-default}\` (unset or empty), \`\${NAME:?message}\`; upper case. They come from the process and, beneath it, from \`.env\`. They are put into values once, as literal text. A value without quotes that is one variable and nothing else has the type YAML gives it, so \`port: \${PORT}\` is a number; in quotes it is text.
- **Expressions** such as \`\${path.id}\` or \`{{ path.id }}\` belong in what a mode answers; elsewhere they are mistakes. \`$\${\` is a literal \`\${\`.
- **Durations** are a number of seconds or a text with a unit: \`30\`, \`"250ms"\`, \`"5m"\`, \`"1h30m"\`. **Sizes** are bytes or a text: \`"64KB"\`, \`"1MB"\`, steps of 1024.
- **extends** lays files beneath this one: mappings are merged key by key, lists and values are replaced, and what stands above wins. **include** puts files side by side: lists are joined, and the same key twice is a mistake. Both name a file or a list of files, relative to the file they stand in.
- **environments** holds sections by name; \`--environment production\` or \`BACKWORKS_ENV=production\` lays one of them over the rest, as \`extends\` does. The others are checked too.
- A key with nothing behind it says nothing; in what a mode or a plugin takes it is null, a mistake where null cannot stand. Anchors, aliases and \`<<\` work; tags, a second document and duplicate keys are mistakes. A file has at most 5 MiB and 100 levels; aliases may stand for at most 100,000 values.
- \`methods\` may be one word, and words in lower case are read as upper case. A path is matched as in the [first guide](../guide/first-api.md).
`;

type Schemas = Readonly<Record<string, JsonSchema>>;

const coreKeys: ReadonlySet<string> = new Set(
  "name path method methods mode description parameters validation schema rate_limit limits timeouts".split(" "),
);

function definitionOfCore(key: string): boolean {
  return coreKeys.has(key);
}

function propertiesOf(schema: JsonSchema): Schemas {
  return (branchWithProperties(schema)["properties"] ?? {}) as Schemas;
}

/** Keys of a section, by the key it stands under. */
function keysOf(schemas: Schemas, key: string): Schemas {
  return propertiesOf(schemas[key] ?? {});
}

/** A schema, or the branch of it that is a mapping. */
function branchWithProperties(schema: JsonSchema): JsonSchema {
  const branches = (schema["anyOf"] ?? []) as readonly JsonSchema[];
  if (schema["properties"] !== undefined) return schema;
  return branches.map(branchWithProperties).find((branch) => branch["properties"] !== undefined) ?? schema;
}

function pick(schemas: Schemas, wanted: (key: string) => boolean): Schemas {
  return Object.fromEntries(Object.entries(schemas).filter(([key]) => wanted(key)));
}

function table(title: string, schemas: Schemas, lead: string = ""): string {
  const rows = Object.entries(schemas).map(([key, schema]) => {
    const preset = schema["default"] === undefined ? "" : `\`${JSON.stringify(schema["default"])}\``;
    return `| \`${key}\` | ${typeOf(schema)} | ${preset} | ${cell(schema["description"])} |`;
  });
  const head = ["| key | value | default | |", "|---|---|---|---|"];
  return [`## ${title}`, "", ...(lead === "" ? [] : [lead, ""]), ...head, ...rows, ""].join("\n");
}

function typeOf(schema: JsonSchema): string {
  const branches = (schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"]) as readonly JsonSchema[] | undefined;
  if (branches === undefined) return typeOfOne(schema);
  const shown = branches.filter((branch) => branch["$ref"] !== "#/definitions/variable");
  return [...new Set(shown.map(typeOf))].join(" or ");
}

const words: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "`true`, `false`",
  object: "mapping",
  number: "number",
  null: "`null`",
};

function typeOfOne(schema: JsonSchema): string {
  if (schema["const"] !== undefined) return `\`${JSON.stringify(schema["const"])}\``;
  if (Array.isArray(schema["enum"])) return schema["enum"].map((word) => `\`${String(word)}\``).join(", ");
  if (schema["type"] === "array") return `list of ${typeOf((schema["items"] ?? {}) as JsonSchema)}`;
  return schema["type"] === "integer" ? rangeOf(schema) : (words[String(schema["type"])] ?? "any value");
}

function rangeOf({ minimum, maximum }: { readonly minimum?: number; readonly maximum?: number }): string {
  return maximum === undefined || maximum > 1e9 ? "whole number" : `${minimum} to ${maximum}`;
}

function cell(text: unknown): string {
  return typeof text !== "string" ? "" : text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
