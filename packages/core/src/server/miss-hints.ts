import type { Exchange, JsonValue } from "../exchange.ts";
import type { App } from "../model/app.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import { isOfDeveloper } from "../pipeline/problem.ts";
import { editDistance, suggest } from "../suggest.ts";

/** Members of the problem body of a miss: hints for the developer, nothing for anybody else. */
export function missMembers(exchange: Exchange): Readonly<Record<string, JsonValue>> {
  // Every exchange of a server is one of ours.
  const live = exchange as LiveExchange;
  if (!isOfDeveloper(live)) return {};
  const { generation, request } = live;
  const hints = missHints(generation.app, request);
  return hints.length === 0 ? {} : { hints };
}

/** What the caller of a path that nothing answers may have meant: another method, slash, case, base path or spelling. */
export function missHints(app: App, { method, path }: Pick<Exchange["request"], "method" | "path">): string[] {
  const answers = (otherMethod: string, otherPath: string): boolean =>
    app.router.match(otherMethod, otherPath).route.info !== undefined;
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((other) => other !== method && answers(other, path));
  const slash = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  const { basePath } = app.server;
  const hints = [
    ...(methods.length > 0 ? [`${path} answers ${methods.join(", ")}`] : []),
    ...(answers(method, slash) ? [`${slash} is answered: mind the slash at the end`] : []),
    ...(path !== path.toLowerCase() && answers(method, path.toLowerCase())
      ? [`paths are case-sensitive: ${path.toLowerCase()} is answered`]
      : []),
    ...(basePath !== "" && answers(method, basePath + path)
      ? [`every path begins with ${basePath}: try ${basePath}${path}`]
      : []),
  ];
  const near = hints.length > 0 ? undefined : nearestPattern(app, path);
  return near === undefined ? hints : [`did you mean ${near}?`];
}

/** The pattern of an endpoint whose fixed segments are nearly those of the path. */
function nearestPattern({ routes, server }: App, path: string): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const { info } of routes) {
    if (info === undefined) continue;
    const pattern = `${server.basePath}${info.pattern}`;
    const distance = distanceBetween(segmentsOf(pattern), segmentsOf(path));
    if (distance >= bestDistance) continue;
    best = pattern;
    bestDistance = distance;
  }
  return best;
}

function distanceBetween(pattern: readonly string[], path: readonly string[]): number {
  if (pattern.length !== path.length) return Infinity;
  return pattern.reduce((sum, wanted, index) => sum + segmentDistance(wanted, path[index] ?? ""), 0);
}

/** A parameter takes anything; a fixed segment what might be a slip for it. */
function segmentDistance(wanted: string, found: string): number {
  if (wanted.includes("{") || wanted === "*" || wanted === found) return 0;
  return suggest(found, [wanted]) === undefined ? Infinity : Math.max(1, editDistance(found, wanted));
}

function segmentsOf(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "");
}
