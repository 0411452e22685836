import { isBackworksError } from "../../errors.ts";
import type { RouteDraft } from "../../mode.ts";
import type { Resource } from "./resource/resource.ts";
import type { EndpointContext } from "./context.ts";
import { compileResponseRule, compileRule } from "./compile-rule.ts";
import { compileData, type MockData } from "./data.ts";
import { ranked, toRoutes, type RoutePlan } from "./handler.ts";
import { namedMethods } from "./match/method.ts";
import type { MockOptions, MockResponses } from "./options/endpoint.ts";
import type { MockResponseOptions, RuleOptions } from "./options/rule.ts";
import { resourceRules } from "./resource-rule.ts";
import { parseResponseKey, responseMethods, type ResponseKey } from "./response-key.ts";
import type { Rule } from "./rule.ts";
import type { MockWorld } from "./scope.ts";

/** One endpoint as its routes are made from it. */
export interface EndpointForms {
  readonly name: string;
  /** Name under which it keeps state, and since when. */
  readonly owner: string;
  readonly since: number;
  readonly path: string;
  readonly methods: readonly string[];
  /** Whether the file lists `methods`. */
  readonly methodsGiven: boolean;
  readonly mock: MockOptions;
  readonly responses: MockResponses;
  readonly resource: Resource | undefined;
  readonly world: MockWorld;
  readonly explainsMisses: boolean;
}

/** Lowers the forms of an endpoint to rules and these to routes; every mistake is kept in `context.mistakes`. */
export function compileEndpoint(forms: EndpointForms, context: EndpointContext): readonly RouteDraft[] {
  const data = compileData(forms.mock.data, context);
  const rules = (forms.mock.rules ?? []).map((rule, index) => compileRule(rule, index, context));
  const plans = new Map<string, Plan>([[forms.path, { methods: new Set(rulesMethods(forms)), forms: [] }]]);
  addResponses(forms, { context, data, plans });
  if (forms.resource !== undefined) addResource(forms.resource, { context, plans });
  addDirect(forms, { context, data, plans });
  const main = plans.get(forms.path);
  const isEmpty = plans.size === 1 && rules.length === 0 && main?.forms.length === 0;
  if (isEmpty && !hasForm(forms)) refuseEmpty(forms, context);
  return [...plans]
    .filter(([, plan]) => plan.methods.size > 0)
    .flatMap(([path, { methods, forms: lowered }]) => {
      const plan: RoutePlan = {
        path,
        methods: [...methods],
        rules: path === forms.path ? ranked(rules, lowered) : lowered,
      };
      const { owner, since } = forms;
      const facts = { owner, since, counter: path, data: data?.template };
      const { isKept } = context.memory;
      return toRoutes(plan, { world: forms.world, facts, explainsMisses: forms.explainsMisses, keepsState: isKept });
    });
}

interface Plan {
  readonly methods: Set<string>;
  /** What answers after the rules, in order. */
  readonly forms: Rule[];
}

interface Building {
  readonly context: EndpointContext;
  readonly plans: Map<string, Plan>;
}

const withBody = ["POST", "PUT", "PATCH"];

/** Methods of the endpoint's own path that come from `methods` and `rules`. */
function rulesMethods({ methods, methodsGiven, mock }: EndpointForms): readonly string[] {
  if (methodsGiven) return [...methods, ...(mock.rules ?? []).flatMap((rule) => namedMethods(rule.when?.method))];
  return (mock.rules ?? []).flatMap((rule) => impliedMethods(rule, methods));
}

/** A rule that names no method answers the default one, and one that looks at a body those that bring one. */
function impliedMethods({ when = {} }: RuleOptions, methods: readonly string[]): readonly string[] {
  const named = namedMethods(when.method);
  if (named.length > 0) return named;
  return when.body === undefined && when.form === undefined ? methods : [...methods, ...withBody];
}

function addResponses(
  forms: EndpointForms,
  { context, data, plans }: Building & { readonly data: MockData | undefined },
): void {
  for (const [key, options] of Object.entries(forms.responses)) {
    const path = ["mock_responses", key];
    const target = readKey(key, forms, context);
    if (target === undefined) continue;
    const methods = [target.method];
    const { body } = data ?? {};
    const rule = compileResponseRule(
      { name: `mock_responses.${key}`, path, options, methods, status: 200, body },
      context,
    );
    add(plans, { path: target.path ?? forms.path, methods, rule });
  }
}

function readKey(key: string, { path }: EndpointForms, { mistakes }: EndpointContext): ResponseKey | undefined {
  const at = { path: ["mock_responses", key] };
  try {
    const target = parseResponseKey(key, path);
    const hint = `write ${responseMethods.join(", ")}, alone or with a path: "GET /{id}"`;
    if (target === undefined) mistakes.addKey("BW_MOCK_RESPONSE_KEY", { key }, { ...at, hint });
    return target;
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    mistakes.addKey(error.code, error.details, { ...at, hint: error.hint });
    return undefined;
  }
}

function addResource(resource: Resource, { context, plans }: Building): void {
  const delivery = context.delivery({}, ["mock"]);
  for (const route of resource.routes) {
    for (const { methods, rule } of resourceRules(route, { context, delivery }))
      add(plans, { path: route.path, methods, rule });
  }
}

/** The direct form (`status`, `headers`, `body`) and `data` are one rule: `data` is the body when none is given. */
function addDirect(
  forms: EndpointForms,
  { context, data, plans }: Building & { readonly data: MockData | undefined },
): void {
  const { mock, methods } = forms;
  const isDirect = directKeys.some((key) => mock[key] !== undefined);
  if (!isDirect && data === undefined) return;
  const own = { name: isDirect ? "mock" : "mock.data", path: ["mock"], options: optionsOf(mock), body: data?.body };
  const creates = data !== undefined && mock.status === undefined && methods.includes("POST");
  const others = creates ? methods.filter((method) => method !== "POST") : methods;
  if (others.length > 0) {
    add(plans, {
      path: forms.path,
      methods: others,
      rule: compileResponseRule({ ...own, methods: others, status: 200 }, context),
    });
  }
  if (creates) {
    const rule = compileResponseRule({ ...own, methods: ["POST"], status: 201 }, context);
    add(plans, { path: forms.path, methods: ["POST"], rule });
  }
}

const directKeys = ["status", "headers", "body", "body_file", "problem"] as const;
/** What the endpoint says of delivery holds for all its rules already. */
const responseKeys = [...directKeys, "template"] as const;

function optionsOf(mock: MockOptions): MockResponseOptions {
  return Object.fromEntries(responseKeys.filter((key) => mock[key] !== undefined).map((key) => [key, mock[key]]));
}

interface Addition {
  readonly path: string;
  readonly methods: readonly string[];
  readonly rule: Rule;
}

function add(plans: Map<string, Plan>, { path, methods, rule }: Addition): void {
  const plan = plans.get(path) ?? { methods: new Set(), forms: [] };
  for (const method of methods) plan.methods.add(method);
  plan.forms.push(rule);
  plans.set(path, plan);
}

/** Whether a form is there: one that could not be compiled has said why. */
function hasForm({ mock, responses }: EndpointForms): boolean {
  return mock.resource !== undefined || mock.data !== undefined || Object.keys(responses).length > 0;
}

function refuseEmpty({ name }: EndpointForms, { mistakes }: EndpointContext): void {
  const hint = "give it data, body, resource or rules, or mock_responses beside it";
  mistakes.addKey("BW_MOCK_NOTHING", { endpoint: name }, { path: ["mock"], hint });
}
