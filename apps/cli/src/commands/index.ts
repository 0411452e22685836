import type { CommandEntry } from "../command.ts";

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    usage: "start [file]",
    summary: "serve the configuration",
    group: "Run",
    load: async () => (await import("./start.ts")).start,
  },
  {
    usage: "dev [file]",
    summary: "serve, reload on save, show what happens",
    group: "Run",
    load: async () => (await import("./dev.ts")).dev,
  },
  {
    usage: "reload",
    summary: "have the running server read its configuration again",
    group: "Run",
    load: async () => (await import("./reload.ts")).reload,
  },
  {
    usage: "status",
    summary: "how the running server is",
    group: "Run",
    load: async () => (await import("./status.ts")).status,
  },
  {
    usage: "validate [file]",
    summary: "show every mistake of the configuration",
    group: "Look",
    load: async () => (await import("./validate.ts")).validate,
  },
  {
    usage: "routes",
    summary: "the route table, or the route that answers a request",
    group: "Look",
    load: async () => (await import("./routes.ts")).routes,
  },
  {
    usage: "explain <method> <path>",
    summary: "which rule answers a request, and why",
    group: "Look",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    usage: "try <method> <path>",
    summary: "send a request in process, without a port",
    group: "Look",
    load: async () => (await import("./try.ts")).tryRequest,
  },
  {
    usage: "plugins list",
    summary: "the plugins of the configuration, and where each comes from",
    group: "Plugins",
    load: async () => (await import("./plugins/list.ts")).list,
  },
  {
    usage: "plugins info <name>",
    summary: "what a plugin is, brings and takes",
    group: "Plugins",
    load: async () => (await import("./plugins/info.ts")).info,
  },
  {
    usage: "plugins search [words]",
    summary: "find plugins in the registry",
    group: "Plugins",
    load: async () => (await import("./plugins/search.ts")).search,
  },
  {
    usage: "plugins add <name>",
    summary: "enable a plugin in the configuration, and install it",
    group: "Plugins",
    load: async () => (await import("./plugins/add.ts")).add,
  },
  {
    usage: "plugins remove <name>",
    summary: "take a plugin out of the configuration",
    group: "Plugins",
    load: async () => (await import("./plugins/remove.ts")).remove,
  },
  {
    usage: "plugins doctor",
    summary: "check that every plugin is there and fits",
    group: "Plugins",
    load: async () => (await import("./plugins/doctor.ts")).pluginsDoctor,
  },
  {
    usage: "db migrate <action> [title]",
    summary: "run, take back, list or create migrations of a database",
    group: "Database",
    load: async () => (await import("./db/migrate.ts")).migrate,
  },
  {
    usage: "db seed",
    summary: "fill empty tables with the rows of their endpoints' seeds",
    group: "Database",
    load: async () => (await import("./db/seed.ts")).seed,
  },
  {
    usage: "evolve <endpoint>",
    summary: "turn a mock into a table of a database, with migration and seed",
    group: "Database",
    load: async () => (await import("./evolve.ts")).evolve,
  },
  {
    usage: "init [template]",
    summary: "begin a project: minimal, crud or rules",
    group: "Project",
    load: async () => (await import("./init.ts")).init,
  },
  {
    usage: "schema",
    summary: "the JSON Schema of the configuration, for editors",
    group: "Project",
    load: async () => (await import("./schema.ts")).schema,
  },
  {
    usage: "export openapi",
    summary: "write the API as an OpenAPI description",
    group: "Project",
    load: async () => (await import("./export/openapi.ts")).openapi,
  },
  {
    usage: "doctor",
    summary: "check Node, configuration, plugins and port",
    group: "Project",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    usage: "completion [shell]",
    summary: "the completion script of bash, zsh or fish",
    group: "Project",
    load: async () => (await import("./completion.ts")).completion,
  },
];
