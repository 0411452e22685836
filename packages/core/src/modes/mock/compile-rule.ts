import type { BackworksResponse, MaybePromise, ResponseInit } from "../../exchange.ts";
import { compileReply, type BodySource, type Reply } from "./answer/reply.ts";
import { prepareResponse } from "./answer/response.ts";
import { compileFault } from "./compile-delivery.ts";
import type { EndpointContext } from "./context.ts";
import { deliver, isPlain, type Delivery } from "./delivery.ts";
import type { Fault } from "./fault.ts";
import { HeaderList } from "../../headers.ts";
import type { Check } from "./match/check.ts";
import { namedMethods } from "./match/method.ts";
import { compileWhen } from "./match/when.ts";
import type { Path } from "./mistakes.ts";
import { compileOccasion } from "./occasion.ts";
import type { ResponseOptions } from "./options/respond.ts";
import type { DeliveryOptions, RuleOptions } from "./options/rule.ts";
import type { Rule } from "./rule.ts";
import { compileScenario } from "./scenario.ts";
import type { MockScope } from "./scope.ts";
import { createSequence } from "./sequence.ts";

/** Compiles one entry of `rules:`. */
export function compileRule(options: RuleOptions, index: number, context: EndpointContext): Rule {
  const path: Path = ["mock", "rules", index];
  const name = `rules[${index}]`;
  checkKeys(options, path, context);
  const when = options.when ?? {};
  const counter = `${context.endpoint} ${name}`;
  const scenario = options.scenario && compileScenario(options.scenario);
  const own = compileOwnAnswer(options, path, { context, counter });
  const checks = [...compileWhen(when, [...path, "when"], context), ...own.checks];
  const gates = [
    ...(scenario?.gate ? [scenario.gate] : []),
    ...own.gates,
    ...compileOccasion({ ...options, percent: when.percent }, counter),
  ];
  return {
    name: options.description === undefined ? name : `${name} (${options.description})`,
    place: context.place(path),
    priority: options.priority ?? 0,
    methods: isNamed(when.method) ? namedMethods(when.method) : undefined,
    checks,
    gates,
    usesBody: own.usesBody || checks.some((check) => check.usesBody),
    constant: scenario === undefined ? own.constant : undefined,
    answer: (scope) => {
      const answer = own.answer(scope);
      scenario?.advance(scope);
      return answer;
    },
  };
}

/** A rule that answers with one response: the direct form, `data`, an entry of `mock_responses`. */
export interface ResponseRule {
  readonly name: string;
  readonly path: Path;
  readonly options: ResponseOptions & DeliveryOptions;
  readonly methods: readonly string[];
  readonly status: number;
  readonly body: BodySource | undefined;
}

export function compileResponseRule(rule: ResponseRule, context: EndpointContext): Rule {
  const { name, path, methods } = rule;
  const step = compileStep(rule.options, path, { context, status: rule.status, body: rule.body });
  return {
    name,
    place: context.place(path),
    priority: 0,
    methods,
    checks: [methodCheck(methods)],
    gates: [],
    usesBody: step.usesBody,
    constant: step.constant,
    answer: step.answer,
  };
}

/** The check of forms that are written per method. */
export function methodCheck(methods: readonly string[]): Check {
  const expected = methods.join(" or ");
  return {
    field: "method",
    expected,
    weight: 1,
    usesBody: false,
    test: ({ request }) => methods.includes(request.method) || (request.method === "HEAD" && methods.includes("GET")),
    actual: ({ request }) => request.method,
    hint: ({ request }) => `this rule answers ${expected}, the request is ${request.method}`,
  };
}

interface Step {
  readonly usesBody: boolean;
  readonly constant: BackworksResponse | undefined;
  answer(scope: MockScope): MaybePromise<ResponseInit>;
}

interface OwnAnswer extends Step {
  readonly checks: readonly Check[];
  readonly gates: Rule["gates"];
}

interface StepContext {
  readonly context: EndpointContext;
  readonly status: number;
  readonly body: BodySource | undefined;
}

function compileStep(
  options: ResponseOptions & DeliveryOptions,
  path: Path,
  { context, status, body }: StepContext,
): Step {
  const reply = compileReply(options, path, { context, defaults: { status, body } });
  return toStep(reply, context.delivery(options, path), context);
}

function toStep(reply: Reply, delivery: Delivery, { scheduler }: EndpointContext): Step {
  const usesBody = reply.usesBody || (delivery.fault?.usesBody ?? false);
  if (isPlain(delivery)) return { usesBody, constant: reply.constant, answer: (scope) => reply.make(scope) };
  return {
    usesBody,
    constant: undefined,
    answer: (scope) => deliver(reply.make(scope), delivery, { scope, scheduler }),
  };
}

const emptyResponse = prepareResponse(200, HeaderList.from(), null);
const emptyReply: Reply = { usesBody: false, constant: emptyResponse, make: () => emptyResponse };

/** What a rule answers with: `sequence`, `respond`, or a fault alone, whose occasion is then the rule's. */
function compileOwnAnswer(
  options: RuleOptions,
  path: Path,
  { context, counter }: { readonly context: EndpointContext; readonly counter: string },
): OwnAnswer {
  if (options.sequence !== undefined) return compileSequence(options, path, { context, counter });
  if (options.respond !== undefined) {
    const reply = compileReply(options.respond, [...path, "respond"], {
      context,
      defaults: { status: 200, body: undefined },
    });
    return { ...toStep(reply, context.delivery(options, path), context), checks: [], gates: [] };
  }
  const fault = options.fault === undefined ? undefined : compileFault(options.fault, [...path, "fault"], context);
  const always: Fault | undefined = fault && { ...fault, checks: [], gates: [] };
  const delivery = { ...context.delivery({ ...options, fault: undefined }, path), fault: always };
  return { ...toStep(emptyReply, delivery, context), checks: fault?.checks ?? [], gates: fault?.gates ?? [] };
}

function compileSequence(
  options: RuleOptions,
  path: Path,
  { context, counter }: { readonly context: EndpointContext; readonly counter: string },
): OwnAnswer {
  const steps = (options.sequence ?? []).map((step, index) =>
    compileStep({ ...deliveryOf(options), ...step }, [...path, "sequence", index], {
      context,
      status: 200,
      body: undefined,
    }),
  );
  const sequence = createSequence(steps.length, options.then ?? "repeat_last", `${counter} sequence`);
  return {
    checks: [],
    gates: sequence.gate ? [sequence.gate] : [],
    usesBody: steps.some((step) => step.usesBody),
    constant: undefined,
    answer: (scope) => steps[sequence.next(scope)]?.answer(scope) ?? emptyResponse,
  };
}

function deliveryOf({ delay, dribble, bandwidth, fault }: DeliveryOptions): DeliveryOptions {
  return {
    ...(delay !== undefined && { delay }),
    ...(dribble !== undefined && { dribble }),
    ...(bandwidth !== undefined && { bandwidth }),
    ...(fault !== undefined && { fault }),
  };
}

function isNamed(method: unknown): boolean {
  if (typeof method === "string" || Array.isArray(method)) return true;
  if (typeof method !== "object" || method === null) return false;
  const [key, ...others] = Object.keys(method);
  return others.length === 0 && (key === "in" || key === "equals");
}

function checkKeys(options: RuleOptions, path: Path, { mistakes }: EndpointContext): void {
  if (options.respond !== undefined && options.sequence !== undefined) {
    mistakes.addKey(
      "BW_MOCK_KEYS_TOGETHER",
      { first: "respond", second: "sequence" },
      { path: [...path, "sequence"], hint: "keep one of them" },
    );
  }
  if (options.then !== undefined && options.sequence === undefined) {
    mistakes.addKey("BW_MOCK_KEY_ALONE", { key: "then", needed: "sequence" }, { path: [...path, "then"] });
  }
  if (options.respond === undefined && options.sequence === undefined && options.fault === undefined) {
    mistakes.add(
      "BW_MOCK_RULE_EMPTY",
      { rule: `rules[${String(path.at(-1))}]` },
      { path, hint: "give it respond, sequence or fault" },
    );
  }
}
