/** A plugin with what decides its place among the others. */
export interface OrderNode {
  readonly name: string;
  /** Further names others may mean it by. */
  readonly provides: readonly string[];
  /** Names that come earlier; those of nobody count nothing. */
  readonly after: readonly string[];
  /** Names that come later. */
  readonly before: readonly string[];
}

/** Names in order, or a circle that begins and ends with the same name. */
export type PluginOrder =
  | { readonly kind: "order"; readonly names: readonly string[] }
  | { readonly kind: "circle"; readonly names: readonly string[] };

/** Puts plugins in order: everybody after those it waits for, ties by name, whatever order they came in. */
export function orderPlugins(nodes: readonly OrderNode[]): PluginOrder {
  const waitsFor = edges(nodes);
  const names: string[] = [];
  while (waitsFor.size > 0) {
    const next = [...waitsFor].filter(([, earlier]) => earlier.size === 0).map(([name]) => name);
    const first = next.sort(byName)[0];
    if (first === undefined) return { kind: "circle", names: circle(waitsFor) };
    names.push(first);
    waitsFor.delete(first);
    for (const earlier of waitsFor.values()) earlier.delete(first);
  }
  return { kind: "order", names };
}

type Edges = Map<string, Set<string>>;

function edges(nodes: readonly OrderNode[]): Edges {
  const meant = new Map<string, string[]>();
  for (const node of nodes) {
    for (const name of new Set([node.name, ...node.provides])) {
      meant.set(name, [...(meant.get(name) ?? []), node.name]);
    }
  }
  const waitsFor: Edges = new Map(nodes.map((node) => [node.name, new Set<string>()]));
  for (const node of nodes) {
    for (const name of node.after.flatMap((word) => meant.get(word) ?? [])) waitsFor.get(node.name)?.add(name);
    for (const name of node.before.flatMap((word) => meant.get(word) ?? [])) waitsFor.get(name)?.add(node.name);
  }
  return waitsFor;
}

/** Everybody left waits for somebody left, so following the first name must come round. */
function circle(waitsFor: Edges): readonly string[] {
  const path: string[] = [];
  let name = [...waitsFor.keys()].sort(byName)[0] ?? "";
  while (!path.includes(name)) {
    path.push(name);
    name = [...(waitsFor.get(name) ?? [])].sort(byName)[0] ?? "";
  }
  const round = path.slice(path.indexOf(name));
  const first = round.indexOf([...round].sort(byName)[0] ?? "");
  const turned = [...round.slice(first), ...round.slice(0, first)];
  return [...turned, turned[0] ?? ""];
}

/** By code unit, the same on every machine. */
function byName(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
