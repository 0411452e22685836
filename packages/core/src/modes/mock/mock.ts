import { collectionsService } from "../../collections.ts";
import { defineMode, offerService, type EndpointSource, type RouteDraft } from "../../mode.ts";
import { compileEndpoint, type EndpointForms } from "./compile-endpoint.ts";
import type { EndpointContext } from "./context.ts";
import { createContext } from "./create-context.ts";
import { loadEngines } from "./match/engines.ts";
import { Mistakes } from "./mistakes.ts";
import { mockResponsesSchema, mockSchema, type MockOptions, type MockResponses } from "./options/endpoint.ts";
import { clockSchema, exposeEnvSchema, mockDefaultsSchema, seedSchema, strictTemplatesSchema } from "./options/root.ts";
import { openMock, type OpenMock } from "./open.ts";
import type { Resource } from "./resource/resource.ts";
import { evaluateSeed } from "./seed-rows.ts";

/** Answers from the configuration: values, templates, rules, and collections that keep what clients write. */
export const mockMode = defineMode<OpenMock>({
  name: "mock",
  description: "Answers from the configuration: values, templates, rules and collections.",
  endpointKeys: { mock: mockSchema, mock_responses: mockResponsesSchema },
  rootKeys: {
    mock: mockDefaultsSchema,
    seed: seedSchema,
    clock: clockSchema,
    strict_templates: strictTemplatesSchema,
    expose_env: exposeEnvSchema,
  },
  services: [offerService(collectionsService("mock"), ({ resources }: OpenMock) => resources)],
  open: openMock,
  compile: compileMock,
  identity: (endpoints) => endpoints.filter(keepsRows).map(({ name, identity }) => [name, identity]),
  release: (endpoint, { sessions }) => sessions.release(ownerOf(endpoint)),
  ready: ({ resources }) => resources.link(),
  reset: ({ sessions }, session) => sessions.reset(session),
  close: ({ resources }) => resources.close(),
});

/** Templates and relations of every endpoint reach the collections of all: one that changes has all compiled again. */
function keepsRows({ values }: EndpointSource): boolean {
  return (values as { readonly mock?: MockOptions }).mock?.resource !== undefined;
}

async function compileMock(endpoint: EndpointSource, opened: OpenMock): Promise<readonly RouteDraft[]> {
  // Checked by the schemas above.
  const { mock = {}, mock_responses: responses = {} } = endpoint.values as {
    mock?: MockOptions;
    mock_responses?: MockResponses;
  };
  const owner = ownerOf(endpoint);
  const state = { owner, since: opened.sessions.hold(owner) };
  try {
    return await compileForms(endpoint, { opened, mock, responses, state });
  } catch (error) {
    opened.sessions.release(owner);
    throw error;
  }
}

interface Compiling {
  readonly opened: OpenMock;
  readonly mock: MockOptions;
  readonly responses: MockResponses;
  readonly state: Pick<EndpointForms, "owner" | "since">;
}

async function compileForms(
  endpoint: EndpointSource,
  { opened, mock, responses, state }: Compiling,
): Promise<readonly RouteDraft[]> {
  const mistakes = new Mistakes(endpoint.place, endpoint.keyPlace);
  const engines = await loadEngines(conditionsOf(mock, responses));
  const context = createContext(endpoint, { opened, mistakes, engines, mock, responses });
  const forms: EndpointForms = {
    name: endpoint.name,
    ...state,
    path: endpoint.path,
    methods: endpoint.methods,
    methodsGiven: endpoint.methodsGiven,
    mock,
    responses,
    resource: await addResource(endpoint, { mock, mistakes, opened, context }),
    world: opened.world,
    explainsMisses:
      (mock.unmatched ?? opened.defaults.unmatched ?? (opened.development ? "explain" : "plain")) === "explain",
  };
  const routes = compileEndpoint(forms, context);
  mistakes.throwIfAny();
  return routes;
}

interface Adding {
  readonly mock: MockOptions;
  readonly mistakes: Mistakes;
  readonly opened: OpenMock;
  readonly context: EndpointContext;
}

async function addResource(
  endpoint: EndpointSource,
  { mock, mistakes, opened, context }: Adding,
): Promise<Resource | undefined> {
  if (mock.resource === undefined) return undefined;
  const isFile = typeof mock.resource.seed === "string";
  try {
    return await opened.resources.add({
      name: endpoint.name,
      owner: ownerOf(endpoint),
      files: endpoint.files,
      path: endpoint.path,
      methods: endpoint.methodsGiven ? endpoint.methods : undefined,
      options: mock.resource,
      evaluate: (seed) => evaluateSeed(seed, { context, world: opened.world, random: opened.context.random, isFile }),
      place: (path) => endpoint.place(["mock", "resource", ...path]),
    });
  } catch (error) {
    mistakes.keep(error);
    return undefined;
  }
}

/** State of an endpoint is kept under its name as long as nothing about it changes. */
function ownerOf({ name, identity }: EndpointSource): string {
  return `${name} ${identity}`;
}

/** Everything that may hold a condition, so that the engines it needs are loaded. */
function conditionsOf({ rules = [], fault }: MockOptions, responses: MockResponses): readonly unknown[] {
  const own = [fault, ...Object.values(responses).map((response) => response.fault)];
  const steps = rules.flatMap((rule) => rule.sequence ?? []).map((step) => step.fault);
  const faults = [...own, ...steps, ...rules.map((rule) => rule.fault)];
  return [...rules.map((rule) => rule.when), ...faults.map((one) => (typeof one === "object" ? one.when : undefined))];
}
