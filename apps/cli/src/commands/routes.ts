import { BackworksError } from "@backworks/core";
import type { OpenApp, RouteInfo } from "@backworks/core";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit.ts";
import type { Paint } from "../paint.ts";
import { openingOptions, openProject } from "../opening.ts";
import { formatTable } from "../table.ts";

export const routes = defineCommand({
  options: {
    ...openingOptions,
    match: { type: "string", requiresArg: true, describe: 'Only the route that answers this: "GET /users/7"' },
  },
  examples: [['backworks routes --match "GET /users/7"', "which endpoint answers, with which parameters"]],
  async run(args, context) {
    const { match } = args;
    const opened = await openProject(context, args, { development: false });
    try {
      return match === undefined ? showAll(opened, context) : showMatch(opened, match, context);
    } finally {
      await opened.close();
    }
  },
});

function showAll({ app }: OpenApp, context: Context): number {
  const rows = app.routes.flatMap((route) => (route.info === undefined ? [] : [route.info]));
  context.result(
    rows.map((info) => ({ ...info, path: app.server.basePath + info.pattern })),
    (paint) =>
      rows.length === 0
        ? "no routes"
        : formatTable(
            [
              context.quiet ? [] : ["METHOD", "PATH", "ENDPOINT", "MODE"].map((head) => paint.dim(head)),
              ...rows.map((info) => toRow(info, app.server.basePath, paint)),
            ].filter((row) => row.length > 0),
          ),
  );
  return exitCodes.ok;
}

function showMatch({ app }: OpenApp, wanted: string, context: Context): number {
  const [, method, path] = /^\s*([A-Za-z]+)\s+(\/\S*)\s*$/.exec(wanted) ?? [];
  if (method === undefined || path === undefined) {
    throw new BackworksError(
      "BW_CLI_USAGE",
      { problem: `--match ${wanted} is not a method and a path` },
      { hint: 'for example --match "GET /users/7"' },
    );
  }
  const [bare = path] = path.split("?");
  const found = app.router.match(method.toUpperCase(), bare);
  const { info } = found.route;
  const params = { ...found.params };
  context.result({ matched: info !== undefined, route: info, params }, (paint) => {
    if (info === undefined) return `${paint.red("✗")} no endpoint answers ${method.toUpperCase()} ${bare}`;
    const row = formatTable([toRow(info, app.server.basePath, paint)]);
    const given = Object.entries(params).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    return [row, ...given.map((line) => `  ${line}`)].join("\n");
  });
  return info === undefined ? exitCodes.problemsFound : exitCodes.ok;
}

const colors: Readonly<Record<string, "green" | "yellow" | "blue" | "red" | "magenta">> = {
  GET: "green",
  POST: "yellow",
  PUT: "blue",
  PATCH: "magenta",
  DELETE: "red",
};

function toRow(info: RouteInfo, basePath: string, paint: Paint): readonly string[] {
  const color = colors[info.method];
  return [
    color === undefined ? info.method : paint[color](info.method),
    basePath + info.pattern,
    info.endpoint,
    paint.dim(info.answeredBy === undefined ? info.mode : `${info.mode}: ${info.answeredBy.join(", ")}`),
  ];
}
