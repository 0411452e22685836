import { dump, load } from "js-yaml";

type Tree = Record<string, unknown>;

/** A whole configuration with the fragment below the path `endpoints.users`, and no more than it needs around it. */
export function completeFragment(text: string, place: string): string {
  const config: Tree = { name: "fragment" };
  const keys = place.split(".").filter((key) => key !== "");
  const fragment = load(text);
  if (keys.length === 0) Object.assign(config, fragment);
  else put(config, keys, fragment);
  if (!isTree(config["endpoints"])) config["endpoints"] ??= {};
  const endpoints = config["endpoints"];
  if (isTree(endpoints)) for (const [name, endpoint] of Object.entries(endpoints)) completeEndpoint(name, endpoint);
  return dump(config);
}

function put(tree: Tree, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    tree[first] = value;
    return;
  }
  const below: Tree = {};
  tree[first] = below;
  put(below, rest, value);
}

function completeEndpoint(name: string, endpoint: unknown): void {
  if (!isTree(endpoint)) return;
  endpoint["path"] ??= `/${name}`;
  if (!blocks.some((block) => block in endpoint)) endpoint["mock"] = { body: {} };
}

/** An endpoint with one of them answers already. */
const blocks = ["mock", "mock_responses", "proxy"];

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
