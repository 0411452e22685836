import { endpoint, rest, times } from "./case.ts";
import type { HostileCase } from "./case.ts";

/** Where a configuration names a file. */
const keys: Readonly<Record<string, (file: string) => string>> = {
  include: (file) => `include: ${file}${rest}`,
  extends: (file) => `extends: ${file}${rest}`,
  env_file: (file) => `env_file: ${file}${rest}`,
  body_file: (file) => endpoint(`mock: { body_file: ${file} }`),
  seed: (file) => endpoint(`mock: { resource: { seed: ${file} } }`),
  middleware: (file) => `middleware: [${file}]${rest}`,
  module_path: (file) => `plugins: { p: { module_path: ${file} } }${rest}`,
};

/** Names of files; the test makes those that are something odd. */
const named = [
  "../secret.json",
  "./../../../../etc/passwd",
  "/etc/passwd",
  "file:///etc/passwd",
  String.raw`"a\0.json"`,
  "/dev/zero",
  "link.json",
  "linked/secret.json",
  "pipe.json",
  "folder.json",
  "dangling.json",
  "circle.json",
];

/** Two files on each level, each with an item of its own, that both include what the level below makes. */
function doublingLists(): Record<string, string> {
  const item = (name: string): string => `endpoints:\n  - { path: /${name}, mock: { body: 1 } }\n`;
  const files: Record<string, string> = { "l0.yaml": item("a") };
  for (let level = 1; level <= 40; level += 1) {
    for (const side of ["g", "h"]) files[`${side}${level}.yaml`] = `include: l${level - 1}.yaml\n${item(side + level)}`;
    files[`l${level}.yaml`] = `include: [g${level}.yaml, h${level}.yaml]\n`;
  }
  return files;
}

const listOf = (count: number): string => Object.keys(numbered(count, () => "")).join(", ");

const numbered = (count: number, make: (at: number) => string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}.yaml`, make(at)]));

const data = (text: string | Uint8Array, name = "d.json"): Pick<HostileCase, "yaml" | "files"> => ({
  yaml: endpoint(`mock: { data: ./${name} }`),
  files: { [name]: text },
});

export const hostileFiles: readonly HostileCase[] = [
  ...Object.entries(keys).flatMap(([key, make]) => named.map((file) => ({ name: `${key} ${file}`, yaml: make(file) }))),
  { name: "10,000 includes", yaml: `include: [${listOf(10_000)}]${rest}` },
  {
    name: "300 includes in a row",
    yaml: `include: f0.yaml${rest}`,
    files: numbered(300, (at) => `include: f${at + 1}.yaml\n`),
  },
  {
    name: "includes of 150 MB",
    yaml: `include: [${listOf(30)}]${rest}`,
    files: numbered(30, (at) => `x-${at}: "${"a".repeat(5 * 1024 * 1024 - 20)}"\n`),
  },
  {
    name: "include circle",
    yaml: `include: f0.yaml${rest}`,
    files: { "f0.yaml": "include: f1.yaml\n", "f1.yaml": "include: f0.yaml\n" },
  },
  { name: "include of itself", yaml: `include: ./backworks.yaml${rest}` },
  { name: "extends circle", yaml: `extends: f0.yaml${rest}`, files: { "f0.yaml": "extends: f0.yaml\n" } },
  { name: "lists that double", yaml: "name: x\ninclude: l40.yaml\n", files: doublingLists() },
  { name: ".env of 1,000,000 lines", yaml: rest, files: { ".env": "foo\n".repeat(1_000_000) } },
  { name: ".env with __proto__", yaml: rest, files: { ".env": "__proto__=1\nconstructor=2\n" } },
  { name: "variable in a variable", yaml: endpoint("mock: { body: '${A}' }"), env: { A: "${B}", B: "no" } },
  { name: "YAML in a variable", yaml: endpoint("mock: { body: '${A}' }"), env: { A: "{a: [1, *x" } },
  {
    name: "long number in a variable",
    yaml: endpoint("mock: { body: ${A} }").replace("{ body: ${A} }", "\n      body: ${A}"),
    env: { A: "12345678901234567890" },
  },
  { name: "JSON, deep", ...data("[".repeat(100_000) + "]".repeat(100_000)) },
  { name: "JSON, deep and open", ...data("[".repeat(100_000)) },
  { name: "JSON with __proto__, deep", ...data(`${"[".repeat(50_000)}{"__proto__":1}${"]".repeat(50_000)}`) },
  { name: "JSON data with __proto__", ...data('{"__proto__":{"polluted":1}}') },
  { name: "JSON data with an escaped __proto__", ...data(String.raw`{"\u005f_proto__":{"polluted":1}}`) },
  { name: "JSON in UTF-16", ...data(Buffer.from("\uFEFF[1]", "utf16le")) },
  { name: "CSV with an open quote", ...data('a,b\n"1,2\n', "d.csv") },
  { name: "CSV with __proto__", ...data("__proto__,a\n1,2\n", "d.csv") },
  { name: "CSV of quotes", ...data(`a\n${'"'.repeat(100_001)}`, "d.csv") },
  {
    name: "YAML data that multiplies",
    ...data(`a: &a [${times(1000, "x").join(",")}]\nb: [${times(200, "*a").join(",")}]\n`, "d.yaml"),
  },
];
