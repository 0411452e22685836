import { BackworksError, suggest } from "@backworks/core";
import type { Config, EndpointSection } from "@backworks/core";

/** A mock that is to become a table. */
export interface MockEndpoint {
  /** Its key under `endpoints:`. */
  readonly name: string;
  readonly path: string;
  /** Upper case; `undefined` when the configuration lists none. */
  readonly methods: readonly string[] | undefined;
  /** What its table is to be called. */
  readonly table: string;
  readonly source: MockSource;
}

/** What the mock answers with. */
export type MockSource =
  | { readonly kind: "resource"; readonly resource: ResourceValues }
  | { readonly kind: "data"; readonly data: unknown };

/** `mock.resource`, checked: defaults are in. */
export interface ResourceValues {
  readonly seed?: unknown;
  /** File that keeps what clients wrote. */
  readonly persist: string | false;
  readonly id: string | { readonly field: string; readonly type?: string; readonly generate?: string };
  readonly schema?: unknown;
  readonly relations: Readonly<Record<string, { readonly resource: string; readonly key: string }>>;
  readonly page: { readonly default: number; readonly max: number };
  readonly allow_full_table: boolean;
  readonly require_if_match: boolean;
}

/** The mock of an endpoint, together with those that it is related to: rows that refer to each other move together. @throws BW_CLI_ENDPOINT_UNKNOWN, BW_CLI_EVOLVE */
export function findMocks(config: Config, name: string, table: string | undefined): readonly MockEndpoint[] {
  const first = toMock(findEndpoint(config, name), table);
  const found = new Map([[first.name, first]]);
  // A map goes on to what is added meanwhile.
  for (const mock of found.values()) {
    for (const other of relatedTo(mock, config))
      if (!found.has(other)) found.set(other, toMock(findEndpoint(config, other), undefined));
  }
  return [...found.values()];
}

function findEndpoint(config: Config, name: string): EndpointSection {
  const found = config.endpoints.find((endpoint) => endpoint.name === name);
  if (found !== undefined) return found;
  const names = config.endpoints.map((endpoint) => endpoint.name);
  const near = suggest(name, names);
  const known = names.length === 0 ? "there are none" : `endpoints are ${names.slice(0, 10).join(", ")}`;
  throw new BackworksError(
    "BW_CLI_ENDPOINT_UNKNOWN",
    { endpoint: name },
    { hint: near === undefined ? known : `did you mean ${near}?` },
  );
}

interface MockValues {
  readonly data?: unknown;
  readonly resource?: ResourceValues;
  readonly rules?: unknown;
}

function toMock(endpoint: EndpointSection, table: string | undefined): MockEndpoint {
  const { name, path, mode, methods, methodsGiven } = endpoint;
  const refuse = (problem: string, hint: string): BackworksError =>
    new BackworksError("BW_CLI_EVOLVE", { endpoint: name, problem }, { hint });
  if (mode !== "mock")
    throw refuse(`${mode} mode answers it, not a mock`, "only endpoints with mock: can become a table");
  if (path.includes("{") || path.includes("*"))
    throw refuse(`its path ${path} is that of more than one list`, "a table has one path, such as /products");
  if (methodsGiven && !methods.includes("GET"))
    throw refuse("it does not answer GET", "its rows are read as a client reads them: add GET to methods");
  return {
    name,
    path,
    methods: methodsGiven ? methods : undefined,
    table: table ?? tableName(name),
    source: sourceOf(endpoint, refuse),
  };
}

function sourceOf(
  { modeValues }: EndpointSection,
  refuse: (problem: string, hint: string) => BackworksError,
): MockSource {
  // Checked by the schemas of mock mode.
  const { data, resource, rules } = (modeValues["mock"] ?? {}) as MockValues;
  if (rules !== undefined || modeValues["mock_responses"] !== undefined)
    throw refuse(
      "rules and responses decide by the request what it answers",
      "a table answers by its rows: give it mock.resource with these rows as its seed",
    );
  if (resource !== undefined) return { kind: "resource", resource };
  if (data !== undefined) return { kind: "data", data };
  throw refuse("it has no rows", "give it mock.resource with a seed, or mock.data with a list of objects");
}

/** Letters, digits and _: what every database takes for a name. */
function tableName(name: string): string {
  const plain = name.replace(/\W+/g, "_");
  return /^\d/.test(plain) ? `_${plain}` : plain;
}

function relatedTo(mock: MockEndpoint, config: Config): readonly string[] {
  return [
    ...childrenOf(mock, config),
    ...config.endpoints.filter((other) => isParent(other, mock)).map(({ name }) => name),
  ];
}

function childrenOf({ name, source }: MockEndpoint, config: Config): readonly string[] {
  if (source.kind !== "resource") return [];
  return Object.entries(source.resource.relations).map(([relation, { resource }]) => {
    if (config.endpoints.some((endpoint) => endpoint.name === resource)) return resource;
    throw new BackworksError(
      "BW_CLI_EVOLVE",
      { endpoint: name, problem: `the rows of its relation ${relation} are those of no endpoint` },
      { hint: `add an endpoint ${resource} with mock.resource, whose rows have a field for each column` },
    );
  });
}

function isParent({ mode, modeValues }: EndpointSection, { name }: MockEndpoint): boolean {
  // Checked by the schemas of mock mode.
  const { resource } = (modeValues["mock"] ?? {}) as MockValues;
  return mode === "mock" && Object.values(resource?.relations ?? {}).some((relation) => relation.resource === name);
}
