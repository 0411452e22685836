/** A valid configuration to make mistakes in. Lines that end in `# own` begin with a word of the user's, not a key. */
export const validTexts: readonly string[] = [
  `name: shop
version: "1.2.0"
description: "A shop"
mode: mock
middleware: []
env_file: false
server:
  host: 127.0.0.1
  port: 8080
  base_path: /api
  health: /health
  ready: /ready
  strict_slash: false
  trust_proxy: false
  cors:
    origins: ["https://shop.example"]
    methods: [GET, POST]
    expose_headers: [X-Total]
    credentials: true
    max_age: 600
logging:
  enabled: true
  level: info
  format: json
  file: ./access.log
  requests: true
  include_headers: false
  include_body: false
global_headers:
  X-Shop: "yes" # own
seed: 42
strict_templates: true
mock:
  delay: 20ms
  unmatched: explain
endpoints:
  users: # own
    path: /users
    methods: [GET, POST]
    description: "All users"
    mock:
      data: []
  user: # own
    path: /users/{id}
    method: GET
    mock:
      status: 200
      headers: { X-One: "1" }
      body: { id: 1 }
  orders: # own
    path: /orders/{id:int}
    mode: mock
    mock:
      rules:
        - when: { method: GET }
          respond: { status: 200 }
        - chance: 5%
          fault: reset
plugins:
  cache: # own
    enabled: true
    package: "@backworks/plugin-cache"
    version: "^1.0.0"
    type: memory
    url: "redis://localhost"
    default_ttl: 60
`,
  `name: list
server: { port: 3000, host: localhost }
endpoints:
  - name: users
    path: /users
    method: GET
    mock: { body: [] }
  - name: user
    path: /users/:id
    methods: [GET, DELETE]
    mode: mock
    mock_responses:
      GET: { body: { id: 1 } } # own
      DELETE: { status: 204 } # own
`,
];

export interface Mutation {
  readonly kind: string;
  readonly text: string;
  /** Where the mistake stands, from 1. */
  readonly line: number;
  readonly column: number;
  /** The word that should be suggested. */
  readonly meant?: string;
}

interface KeyLine {
  readonly index: number;
  readonly indent: number;
  readonly key: string;
  /** Text behind the colon and the blank. */
  readonly value: string;
  readonly own: boolean;
  readonly item: boolean;
}

/** Every mistake that is made in one text, one at a time. */
export function mutationsOf(text: string): Mutation[] {
  const lines = text.split("\n");
  const keys = keyLines(lines);
  const context: Context = { lines, keys };
  return [
    typos,
    wrongKinds,
    wrongWords,
    missing,
    indentations,
    duplicates,
    paths,
    variables,
    syntax,
    strangers,
  ].flatMap((make) => make(context));
}

interface Context {
  readonly lines: readonly string[];
  readonly keys: readonly KeyLine[];
}

function keyLines(lines: readonly string[]): KeyLine[] {
  return lines.flatMap((line, index) => {
    const found = /^( *)(- )?([\w-]+):(?: (?!#)(.*?))?( # own)?$/.exec(line);
    if (found === null) return [];
    const [, blanks = "", dash = "", key = "", value = "", own = ""] = found;
    return [{ index, indent: blanks.length + dash.length, key, value, own: own !== "", item: dash !== "" }];
  });
}

function typos({ lines, keys }: Context): Mutation[] {
  const known = new Set(keys.map(({ key }) => key));
  const made: Mutation[] = [];
  for (const line of keys.filter(({ own, key }) => !own && key.length > 3)) {
    const { key } = line;
    const middle = Math.floor(key.length / 2);
    const swapped = `${key.slice(0, middle - 1)}${key[middle]}${key[middle - 1]}${key.slice(middle + 1)}`;
    const words = [
      key.slice(0, middle) + key.slice(middle + 1),
      swapped,
      key.slice(0, middle) + key[middle] + key.slice(middle),
      `${key.slice(0, middle)}x${key.slice(middle + 1)}`,
      `${key[0]?.toUpperCase()}${key.slice(1)}`,
      `${key}x`,
    ];
    for (const word of words) {
      if (known.has(word) || word === key) continue;
      made.push(changed(lines, line, { kind: "typo in a key", with: lineWith(lines, line, word), meant: key }));
    }
  }
  return made;
}

const freeValues = new Set(["data", "body", "x", "fault"]);

function wrongKinds({ lines, keys }: Context): Mutation[] {
  const made: Mutation[] = [];
  for (const line of keys.filter(({ own, key, value }) => !own && value !== "" && !freeValues.has(key))) {
    const scalar = !/^[[{]/.test(line.value);
    const wrong = scalar ? "{ wrong: 1 }" : "7";
    if (line.key === "middleware") continue;
    made.push({ ...withValue(lines, line, wrong), kind: "value of the wrong kind" });
    if (scalar && /^(?:true|false|\d+)$/.test(line.value))
      made.push({ ...withValue(lines, line, '"much"'), kind: "text for a number or a flag" });
  }
  return made;
}

const words: Readonly<Record<string, readonly (readonly [wrong: string, right: string | undefined])[]>> = {
  level: [
    ["inof", "info"],
    ["debgu", "debug"],
    ["wran", "warn"],
    ["loud", undefined],
  ],
  format: [
    ["jsno", "json"],
    ["prety", "pretty"],
    ["xml", undefined],
  ],
  unmatched: [
    ["explian", "explain"],
    ["plian", "plain"],
  ],
  type: [
    ["memroy", "memory"],
    ["reddis", "redis"],
  ],
  mode: [
    ["mokc", "mock"],
    ["Mock", "mock"],
  ],
  method: [
    ["GTE", "GET"],
    ["FLY", undefined],
  ],
  port: [
    ["70000", undefined],
    ["-1", undefined],
    ["80.5", undefined],
  ],
  max_age: [["-5", undefined]],
  default_ttl: [["-5", undefined]],
  status: [
    ["99", undefined],
    ["1000", undefined],
  ],
  chance: [["500%", undefined]],
  base_path: [["api", undefined]],
  health: [["health", undefined]],
  package: [['"Not A Package"', undefined]],
};

function wrongWords({ lines, keys }: Context): Mutation[] {
  return keys.flatMap((line) =>
    (line.own ? [] : (words[line.key] ?? [])).map(([wrong, meant]) => ({
      ...withValue(lines, line, wrong),
      kind: "value that is not allowed",
      ...(meant === undefined ? {} : { meant }),
    })),
  );
}

/** A required key is gone: the key of its mapping, or the first key of a list item, is marked. */
function missing({ lines, keys }: Context): Mutation[] {
  return keys
    .filter(({ key, item }) => key === "path" && !item)
    .map((line) => {
      const owner = keys.findLast(
        ({ index, indent, item }) => index < line.index && (item ? indent === line.indent : indent < line.indent),
      );
      const text = lines.filter((_, index) => index !== line.index).join("\n");
      return { kind: "required key missing", text, line: (owner?.index ?? 0) + 1, column: (owner?.indent ?? 0) + 1 };
    });
}

function indentations({ lines, keys }: Context): Mutation[] {
  const made: Mutation[] = [];
  for (const line of keys.filter(({ item, indent }) => !item && indent > 0)) {
    const before = keys.find(({ index }) => index === line.index - 1);
    const next = keys.find(({ index }) => index === line.index + 1);
    if (before === undefined || before.indent !== line.indent || before.value === "" || line.value === "") continue;
    made.push(shifted(lines, line, 1));
    if (next !== undefined && next.indent === line.indent) made.push(shifted(lines, line, -1));
  }
  return made;
}

function shifted(lines: readonly string[], line: KeyLine, by: 1 | -1): Mutation {
  const old = lines[line.index] ?? "";
  const text = replaceLine(lines, line.index, by === 1 ? ` ${old}` : old.slice(1));
  return { kind: "indentation", text, line: line.index + 1, column: line.indent + by + 1 };
}

function duplicates({ lines, keys }: Context): Mutation[] {
  return keys
    .filter(({ value, item }) => value !== "" && !item)
    .map((line) => {
      const text = replaceLine(lines, line.index, `${lines[line.index]}\n${lines[line.index]}`);
      return { kind: "key twice", text, line: line.index + 2, column: line.indent + 1 };
    });
}

function paths({ lines, keys }: Context): Mutation[] {
  const wrong = (value: string): string[] => [
    value.slice(1),
    `${value}/{id`,
    `"${value}//x"`,
    `${value}/{a}/{a}`,
    `"${value}?q=1"`,
    `${value}/*/x`,
  ];
  return keys
    .filter(({ key }) => key === "path")
    .flatMap((line) => wrong(line.value).map((value) => ({ ...withValue(lines, line, value), kind: "bad path" })));
}

function variables({ lines, keys }: Context): Mutation[] {
  return keys
    .filter(({ value, own }) => value !== "" && !own && !/^[[{]/.test(value))
    .map((line) => ({ ...withValue(lines, line, "${NOT_SET}"), kind: "unknown variable" }));
}

function syntax({ lines, keys }: Context): Mutation[] {
  return keys.flatMap((line) => [
    ...unclosed(lines, line),
    ...(line.value === "" || line.item ? [] : misread(lines, line)),
  ]);
}

function unclosed(lines: readonly string[], line: KeyLine): Mutation[] {
  const { value } = line;
  if (value.startsWith('"')) return [{ ...withValue(lines, line, value.slice(0, -1)), kind: "quote not closed" }];
  if (/^\[.*\]$/.test(value)) return [{ ...withValue(lines, line, value.slice(0, -1)), kind: "bracket not closed" }];
  if (value.startsWith("{")) return [{ ...withValue(lines, line, value.slice(0, -2)), kind: "brace not closed" }];
  return value === "" || value.startsWith("[")
    ? []
    : [{ ...withValue(lines, line, `@${value}`), kind: "reserved character" }];
}

function misread(lines: readonly string[], line: KeyLine): Mutation[] {
  const old = lines[line.index] ?? "";
  const at = (kind: string, text: string, column: number): Mutation => ({
    kind,
    text: replaceLine(lines, line.index, text),
    line: line.index + 1,
    column,
  });
  const plain = !/^[[{"]/.test(line.value);
  const made = line.indent > 0 ? [at("tab", `\t${old.trimStart()}`, 1)] : [];
  if (plain) made.push(at("second colon", `${old}: x`, line.indent + line.key.length + 3 + line.value.length));
  if (plain && !line.value.includes(":")) made.push(at("colon missing", old.replace(":", ""), line.indent + 1));
  return made;
}

/** Keys that are at home elsewhere, or nowhere. */
function strangers({ lines, keys }: Context): Mutation[] {
  return keys
    .filter(
      ({ key, value, item }) =>
        value !== "" && !item && ["path", "port", "level", "enabled", "credentials"].includes(key),
    )
    .flatMap((line) =>
      ["upstreams", "dashboard", "qqq"].map((word) => {
        const text = replaceLine(lines, line.index, `${lines[line.index]}\n${" ".repeat(line.indent)}${word}: 1`);
        return { kind: "key nobody knows", text, line: line.index + 2, column: line.indent + 1 };
      }),
    );
}

function changed(
  lines: readonly string[],
  line: KeyLine,
  change: { kind: string; with: string; meant: string },
): Mutation {
  const text = replaceLine(lines, line.index, change.with);
  return { kind: change.kind, text, line: line.index + 1, column: line.indent + 1, meant: change.meant };
}

function lineWith(lines: readonly string[], line: KeyLine, key: string): string {
  const old = lines[line.index] ?? "";
  return old.slice(0, line.indent) + key + old.slice(line.indent + line.key.length);
}

function withValue(lines: readonly string[], line: KeyLine, value: string): Omit<Mutation, "kind"> {
  const start = line.indent + line.key.length + 2;
  const old = lines[line.index] ?? "";
  return { text: replaceLine(lines, line.index, old.slice(0, start) + value), line: line.index + 1, column: start + 1 };
}

function replaceLine(lines: readonly string[], index: number, text: string): string {
  return lines.map((line, position) => (position === index ? text : line)).join("\n");
}
