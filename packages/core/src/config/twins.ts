import { BackworksError } from "../errors.ts";
import type { Pace } from "../pace.ts";
import type { Checker } from "./checker.ts";
import type { ValuePath } from "./config.ts";

/** What is known of an endpoint, whatever else is wrong with it. */
export interface EndpointOutline {
  readonly configPath: ValuePath;
  /** As it is called, also when it has no name of its own. */
  readonly name: string;
  readonly named: boolean;
  /** `undefined` when one of them is wrong. */
  readonly answers: { readonly path: string; readonly shape: string; readonly methods: readonly string[] } | undefined;
}

/** Refuses two endpoints of one name, and two that answer the same requests. */
export async function refuseTwins(checker: Checker, endpoints: readonly EndpointOutline[], pace: Pace): Promise<void> {
  const names = new Set<string>();
  const routes = new Map<string, EndpointOutline>();
  for (const endpoint of endpoints) {
    await pace();
    if (endpoint.named) refuseTwinName(checker, endpoint, names);
    for (const method of endpoint.answers?.methods ?? []) refuseTwinRoute(checker, endpoint, { method, routes });
  }
}

function refuseTwinName(checker: Checker, { configPath, name }: EndpointOutline, names: Set<string>): void {
  if (names.has(name)) {
    const where = checker.raw.place([...configPath, "name"]);
    const hint = "give each its own name";
    checker.errors.push(new BackworksError("BW_CONFIG_DUPLICATE_NAME", { name }, { where, hint }));
  }
  names.add(name);
}

function refuseTwinRoute(
  checker: Checker,
  endpoint: EndpointOutline,
  { method, routes }: { readonly method: string; readonly routes: Map<string, EndpointOutline> },
): void {
  const { path = "", shape = "" } = endpoint.answers ?? {};
  const key = `${method} ${shape}`;
  const first = routes.get(key);
  if (first === undefined) {
    routes.set(key, endpoint);
    return;
  }
  const where = checker.raw.place([...endpoint.configPath, "path"]);
  const { line, source } = checker.raw.place([...first.configPath, "path"]);
  const details = { method, path, first: `endpoint ${first.name}` };
  const hint = `see ${source.file}:${line}`;
  checker.errors.push(new BackworksError("BW_CONFIG_DUPLICATE_ROUTE", details, { where, hint }));
}
