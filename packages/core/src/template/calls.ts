import { suggest } from "../suggest.ts";
import type { Builtin } from "./builtin.ts";
import { compileFake, compileFakeCall, fakeChain } from "./fake-call.ts";
import { foldConstant, guarded } from "./fold.ts";
import { builtins } from "./functions/index.ts";
import { functionCalled } from "./habits.ts";
import type { Compile } from "./members.ts";
import { compileObjectCall } from "./object-calls.ts";
import type { Compiled, ExpressionContext, Run } from "./run.ts";
import { always } from "./run.ts";
import type { ExpressionOf } from "./syntax.ts";

/** `name(…)`, `object.name(…)`. */
export function compileCall(node: ExpressionOf<"call">, context: ExpressionContext, compile: Compile): Compiled {
  const { callee } = node;
  const parameters = node.parameters.map((parameter) => compile(parameter, context));
  const fakeName = fakeChain(callee, context);
  if (fakeName !== undefined) return compileFake(fakeName, { node, parameters }, context);
  if (callee.kind === "member") return compileObjectCall({ node, callee, parameters }, { context, compile });
  if (callee.kind !== "name") {
    context.report({ ...callee, code: "BW_TEMPLATE_SYNTAX", details: { problem: "only a function can be called" } });
    return always(null);
  }
  if (callee.name === "faker") return compileFakeCall({ node, parameters }, context);
  const called = findFunction(callee.name, context);
  if (called === undefined) return unknownFunction(callee, context);
  if (!takes(called, { node, parameters }, context)) return always(null);
  const run = guarded(directCall(called.call, parameters), node, context);
  return called.pure === true ? foldConstant({ run, parts: parameters, node }, context) : { run, constant: false };
}

/** Functions of ours by name, then those of plugins. */
export function findFunction(name: string, { options }: Pick<ExpressionContext, "options">): Builtin | undefined {
  return builtins.get(name) ?? options.functions.get(name);
}

interface CallSource {
  readonly node: ExpressionOf<"call">;
  readonly parameters: readonly Compiled[];
}

function takes(called: Builtin, { node, parameters }: CallSource, context: ExpressionContext): boolean {
  const [least, most] = called.arity;
  const { length } = parameters;
  if (length >= least && length <= most) return true;
  const wanted = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  context.report({
    code: "BW_TEMPLATE_ARGUMENTS",
    details: { signature: called.signature, problem: `takes ${wanted}, here are ${length}` },
    start: node.start,
    end: node.end,
  });
  return false;
}

/** Up to three parameters are passed without a list. */
function directCall(call: Builtin["call"], parameters: readonly Compiled[]): Run {
  const [one, two, three] = parameters.map((parameter) => parameter.run);
  if (one === undefined) return (scope) => call(scope);
  if (two === undefined) return (scope, locals) => call(scope, one(scope, locals));
  if (three === undefined) return (scope, locals) => call(scope, one(scope, locals), two(scope, locals));
  return (scope, locals) => call(scope, ...parameters.map((parameter) => parameter.run(scope, locals)));
}

/** What is reached by a call of its own kind, with the shape it has. */
const otherCalls: Readonly<Record<string, string>> = {
  state: "state.get(name)",
  session: "session.id",
  env: "env.NAME",
};

function unknownFunction(callee: ExpressionOf<"name">, context: ExpressionContext): Compiled {
  const { name, start, end } = callee;
  if (name === "resource") return bareResource(callee, context);
  const near =
    functionCalled(name) ??
    suggest(name, [...builtins.keys(), ...context.options.functions.keys(), "faker", "resource"]);
  const other = Object.hasOwn(otherCalls, name) ? otherCalls[name] : undefined;
  const hint = other === undefined ? near && `did you mean ${near}?` : `write ${other}`;
  context.report({ code: "BW_TEMPLATE_UNKNOWN_FUNCTION", details: { name }, start, end, hint });
  return always(null);
}

function bareResource({ start, end }: ExpressionOf<"name">, context: ExpressionContext): Compiled {
  const details = { problem: "resource(…) is no value by itself" };
  const hint = "write what to read: .get(id), .list() or .count()";
  context.report({ code: "BW_TEMPLATE_SYNTAX", details, start, end, hint });
  return always(null);
}
