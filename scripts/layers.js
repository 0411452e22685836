// The layers of each package, as data. `imports` may be used at run time, `types` only as types.
// A file belongs to the room named like its first folder, or to the room that lists its name.

/** Contracts: files directly in `src` that everybody may import. */
const contracts = [
  "apis",
  "body-source",
  "canonical",
  "clock",
  "collections",
  "databases",
  "errors",
  "exchange",
  "file-type",
  "headers",
  "identity",
  "invalid-config",
  "json-mistake",
  "json-text",
  "ip-address",
  "logger",
  "mode",
  "module-imports",
  "observation",
  "overlay",
  "pace",
  "path-pattern",
  "plain-fields",
  "plugin",
  "plugin-templates",
  "processes",
  "random",
  "regular-file",
  "resource-pool",
  "response",
  "schema",
  "secrets",
  "service",
  "status-title",
  "stream-begun",
  "suggest",
  "template-function",
  "thrown",
  "units",
  "upstreams",
];

export const packages = [
  {
    folder: "packages/core",
    workspace: [],
    rooms: {
      contracts: { row: 0, files: contracts, imports: [], types: [] },
      config: { row: 1, imports: ["contracts"], types: [] },
      model: { row: 2, imports: ["contracts"], types: ["config"] },
      router: { row: 3, imports: ["contracts"], types: ["model"] },
      template: { row: 3, imports: ["contracts"], types: ["model"] },
      query: { row: 3, imports: ["contracts", "json"], types: ["model"] },
      json: { row: 3, imports: ["contracts"], types: ["model"] },
      modes: { row: 4, imports: ["contracts", "template", "query", "json"], types: ["config", "model"], apart: true },
      plugins: { row: 4, imports: ["contracts"], types: ["config", "model"] },
      pipeline: { row: 5, imports: ["contracts", "router", "template", "query", "json"], types: ["model"] },
      server: { row: 6, imports: "below", types: [] },
      surface: { row: 7, files: ["index", "query", "testing"], imports: "below", types: [] },
    },
  },
  {
    folder: "packages/option-values",
    workspace: ["@backworks/core"],
    rooms: { everything: { row: 0, files: "any", imports: "any", types: [] } },
  },
  {
    folder: "packages/mode-proxy",
    workspace: ["@backworks/core", "@backworks/option-values", "@backworks/testkit"],
    rooms: { everything: { row: 0, files: "any", imports: "any", types: [] } },
  },
  {
    folder: "packages/mode-database",
    workspace: ["@backworks/core", "@backworks/core/query", "@backworks/option-values", "@backworks/testkit"],
    rooms: { everything: { row: 0, files: "any", imports: "any", types: [] } },
  },
  {
    folder: "packages/testkit",
    workspace: ["@backworks/core"],
    rooms: { everything: { row: 0, files: "any", imports: "any", types: [] } },
  },
  {
    folder: "packages/plugin-cache",
    workspace: [
      "@backworks/core",
      "@backworks/mode-database",
      "@backworks/mode-proxy",
      "@backworks/option-values",
      "@backworks/testkit",
    ],
    rooms: { everything: { row: 0, files: "any", imports: "any", types: [] } },
  },
  {
    folder: "packages/plugin-monitoring",
    workspace: ["@backworks/core", "@backworks/option-values", "@backworks/testkit"],
    rooms: { everything: { row: 0, files: "any", imports: "any", types: [] } },
  },
  {
    folder: "packages/create-backworks-plugin",
    workspace: [],
    rooms: { everything: { row: 0, files: "any", imports: "any", types: [] } },
  },
  {
    folder: "apps/cli",
    workspace: ["@backworks/core", "@backworks/core/query"],
    rooms: {
      commands: { row: 1, imports: "any", types: [] },
      rest: { row: 2, files: "any", imports: "any", types: [] },
    },
  },
];

/** Modules that one file alone may load at run time, by package. */
export const onlyIn = {
  "node:http": ["http", "messages", "plain-server", "send-over"].map((name) => `packages/core/src/server/${name}.ts`),
  express: ["packages/core/src/server/express.ts"],
};

/** Names that say nothing about what a file holds. */
export const emptyNames = /(^|[-.])(utils?|helpers?|common|misc)([-.]|$)/;

/** Folders in which every file (or folder) is named in the list beside them. */
export const registries = [
  { folder: "packages/core/src/modes", list: "packages/core/src/modes/index.ts" },
  { folder: "packages/core/src/modes/runtime/languages", list: "packages/core/src/modes/runtime/languages/index.ts" },
  { folder: "packages/core/src/template/functions", list: "packages/core/src/template/functions/index.ts" },
  { folder: "apps/cli/src/commands", list: "apps/cli/src/commands/index.ts" },
];
