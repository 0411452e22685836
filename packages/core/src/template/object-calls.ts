import { suggest } from "../suggest.ts";
import { guarded } from "./fold.ts";
import { functionCalled } from "./habits.ts";
import type { Compile } from "./members.ts";
import { numberOf, objectOf, textOf } from "./parameters.ts";
import type { Compiled, ExpressionContext, Run } from "./run.ts";
import { always } from "./run.ts";
import type { Expression, ExpressionOf } from "./syntax.ts";
import type { ResourceReader, StateAccess } from "./template.ts";

export interface ObjectCall {
  readonly node: ExpressionOf<"call">;
  readonly callee: ExpressionOf<"member">;
  readonly parameters: readonly Compiled[];
}

interface Method<On> {
  readonly signature: string;
  readonly arity: readonly [least: number, most: number];
  readonly call: (on: On, parameters: readonly unknown[]) => unknown;
}

/** Calls on `state`. */
export const stateMethods: Readonly<Record<string, Method<StateAccess>>> = {
  get: {
    signature: "state.get(name[, otherwise])",
    arity: [1, 2],
    call: (state, [name, otherwise]) => state.get(textOf(name)) ?? otherwise,
  },
  set: {
    signature: "state.set(name, value)",
    arity: [2, 2],
    call: (state, [name, value]) => state.set(textOf(name), value ?? null),
  },
  incr: {
    signature: "state.incr(name[, by])",
    arity: [1, 2],
    call: (state, [name, by]) => state.incr(textOf(name), numberOf(by, 1)),
  },
  delete: {
    signature: "state.delete(name)",
    arity: [1, 1],
    call: (state, [name]) => state.delete(textOf(name)),
  },
};

/** Calls on `resource(name)`. */
export const resourceMethods: Readonly<Record<string, Method<ResourceReader>>> = {
  get: {
    signature: "resource(name).get(id)",
    arity: [1, 1],
    call: (resource, [id]) => resource.get(id),
  },
  list: {
    signature: "resource(name).list([filter])",
    arity: [0, 1],
    call: (resource, [filter]) => resource.list(objectOf(filter)),
  },
  count: {
    signature: "resource(name).count()",
    arity: [0, 0],
    call: (resource) => resource.count(),
  },
};

interface Surroundings {
  readonly context: ExpressionContext;
  readonly compile: Compile;
}

/** `state.get(…)`, `resource(…).get(…)`; nothing else has methods. */
export function compileObjectCall(source: ObjectCall, { context, compile }: Surroundings): Compiled {
  const { object } = source.callee;
  if (object.kind === "name" && object.name === "state" && !context.locals.has("state")) {
    const method = findMethod(source, stateMethods, context);
    if (method === undefined) return always(null);
    const values = all(source.parameters);
    return guardedCall((scope, locals) => method.call(scope.state, values(scope, locals)), source, context);
  }
  if (isResource(object)) return compileResourceCall(source, object, { context, compile });
  // Reports unknown names in front of the method too.
  compile(object, context);
  noMethod(source, context);
  return always(null);
}

function isResource(node: Expression): node is ExpressionOf<"call"> {
  return node.kind === "call" && node.callee.kind === "name" && node.callee.name === "resource";
}

function compileResourceCall(
  source: ObjectCall,
  object: ExpressionOf<"call">,
  { context, compile }: Surroundings,
): Compiled {
  const method = findMethod(source, resourceMethods, context);
  const [nameNode, ...rest] = object.parameters;
  if (nameNode === undefined || rest.length > 0) {
    const details = { signature: "resource(name)", problem: `takes 1, here are ${object.parameters.length}` };
    context.report({ code: "BW_TEMPLATE_ARGUMENTS", details, start: object.start, end: object.end });
    return always(null);
  }
  const name = compile(nameNode, context);
  if (method === undefined) return always(null);
  const values = all(source.parameters);
  const run: Run = (scope, locals) => {
    const wanted = textOf(name.run(scope, locals));
    const reader = scope.resources.resource(wanted);
    if (reader === undefined) throw new Error(`there is no resource ${wanted}`);
    return method.call(reader, values(scope, locals));
  };
  return guardedCall(run, source, context);
}

function guardedCall(run: Run, { node }: ObjectCall, context: ExpressionContext): Compiled {
  // Every method there is belongs to what outlives the request.
  context.readsState();
  return { run: guarded(run, node, context), constant: false };
}

function all(parameters: readonly Compiled[]): (...given: Parameters<Run>) => readonly unknown[] {
  return (scope, locals) => parameters.map((parameter) => parameter.run(scope, locals));
}

function findMethod<On>(
  { node, callee, parameters }: ObjectCall,
  methods: Readonly<Record<string, Method<On>>>,
  context: ExpressionContext,
): Method<On> | undefined {
  const { key } = callee;
  const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
  if (method === undefined) {
    const near = suggest(key, Object.keys(methods));
    const known = Object.values(methods).map(({ signature }) => signature);
    const hint = near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?`;
    const details = { name: context.text.slice(callee.start, callee.end) };
    context.report({
      code: "BW_TEMPLATE_UNKNOWN_FUNCTION",
      details,
      start: callee.end - key.length,
      end: callee.end,
      hint,
    });
    return undefined;
  }
  const [least, most] = method.arity;
  if (parameters.length >= least && parameters.length <= most) return method;
  const details = { signature: method.signature, problem: `takes ${least} to ${most}, here are ${parameters.length}` };
  context.report({ code: "BW_TEMPLATE_ARGUMENTS", details, start: node.start, end: node.end });
  return undefined;
}

function noMethod({ callee, parameters }: ObjectCall, context: ExpressionContext): void {
  const { key, object } = callee;
  const value = context.text.slice(object.start, object.end);
  const call = `${functionCalled(key) ?? key}(${value}${parameters.length === 0 ? "" : ", …"})`;
  context.report({
    code: "BW_TEMPLATE_SYNTAX",
    details: { problem: `values have no methods: .${key}(…)` },
    start: callee.end - key.length,
    end: callee.end,
    hint: `write a function around the value: ${call}`,
  });
}
