import { compileCall } from "./calls.ts";
import { foldConstant, guarded } from "./fold.ts";
import type { Compile } from "./members.ts";
import { compileMember, compileName } from "./members.ts";
import { binaryOperators, endsWithLeft, isLazy, unaryOperators } from "./operators.ts";
import type { Compiled, ExpressionContext, Run } from "./run.ts";
import { always } from "./run.ts";
import type { Expression, ExpressionOf } from "./syntax.ts";
import { forbiddenNames, isTruthy, toText } from "./values.ts";

type Compilers = {
  readonly [Kind in Expression["kind"]]: (node: ExpressionOf<Kind>, context: ExpressionContext) => Compiled;
};

const compilers: Compilers = {
  literal: (node) => always(node.value),
  name: compileName,
  member: (node, context) => compileMember(node, context, compileExpression),
  index: (node, context) => compileMember(node, context, compileExpression),
  call: (node, context) => compileCall(node, context, compileExpression),
  unary: compileUnary,
  binary: compileBinary,
  conditional: compileConditional,
  array: compileArray,
  object: compileObject,
  text: compileText,
};

/** Turns an expression into a closure. Mistakes are reported to the context. */
export function compileExpression(node: Expression, context: ExpressionContext): Compiled {
  // The table holds under every kind the compiler of that kind.
  const compile = compilers[node.kind] as Compile;
  return compile(node, context);
}

function compileUnary(node: ExpressionOf<"unary">, context: ExpressionContext): Compiled {
  const operand = compileExpression(node.operand, context);
  const apply = unaryOperators[node.operator];
  const { run } = node.operator === "!" ? operand : needed(operand, node.operand, context);
  return foldConstant({ run: (scope, locals) => apply(run(scope, locals)), parts: [operand], node }, context);
}

function compileBinary(node: ExpressionOf<"binary">, context: ExpressionContext): Compiled {
  const { operator } = node;
  const left = compileExpression(node.left, context);
  const right = compileExpression(node.right, context);
  if (isLazy(operator)) {
    const isEnd = endsWithLeft[operator];
    const run: Run = (scope, locals) => {
      const value = left.run(scope, locals);
      return isEnd(value) ? value : right.run(scope, locals);
    };
    return foldConstant({ run, parts: [left, right], node }, context);
  }
  const apply = binaryOperators[operator];
  const compares = operator.length > 1 && operator !== "<=" && operator !== ">=";
  const one = compares ? left.run : needed(left, node.left, context).run;
  const other = compares ? right.run : needed(right, node.right, context).run;
  const run: Run = (scope, locals) => apply(one(scope, locals), other(scope, locals));
  return foldConstant({ run: guarded(run, node, context), parts: [left, right], node }, context);
}

function compileConditional(node: ExpressionOf<"conditional">, context: ExpressionContext): Compiled {
  const test = compileExpression(node.test, context);
  const then = compileExpression(node.then, context);
  const otherwise = compileExpression(node.otherwise, context);
  const run: Run = (scope, locals) =>
    isTruthy(test.run(scope, locals)) ? then.run(scope, locals) : otherwise.run(scope, locals);
  return foldConstant({ run, parts: [test, then, otherwise], node }, context);
}

function compileArray(node: ExpressionOf<"array">, context: ExpressionContext): Compiled {
  const items = node.items.map((item) => compileExpression(item, context));
  const run: Run = (scope, locals) => items.map((item) => item.run(scope, locals) ?? null);
  return foldConstant({ run, parts: items, node }, context);
}

function compileObject(node: ExpressionOf<"object">, context: ExpressionContext): Compiled {
  const names = node.entries.map(([key]) => key);
  const forbidden = names.find((name) => forbiddenNames.has(name));
  if (forbidden !== undefined) context.report({ ...node, code: "BW_TEMPLATE_FORBIDDEN", details: { name: forbidden } });
  const values = node.entries.map(([, value]) => compileExpression(value, context));
  const run: Run = (scope, locals) =>
    Object.fromEntries(values.map((value, position) => [names[position], value.run(scope, locals) ?? null]));
  return foldConstant({ run, parts: values, node }, context);
}

function compileText(node: ExpressionOf<"text">, context: ExpressionContext): Compiled {
  const parts = node.parts.map((part) => {
    return typeof part === "string" ? always(part) : needed(compileExpression(part, context), part, context);
  });
  const run: Run = (scope, locals) => {
    let text = "";
    for (const part of parts) text += toText(part.run(scope, locals));
    return text;
  };
  return foldConstant({ run, parts, node }, context);
}

/** Reports missing data where an operator or a text needs a value. */
export function needed(compiled: Compiled, node: Expression, context: ExpressionContext): Compiled {
  const missing = context.missing(node);
  if (missing === undefined || compiled.constant) return compiled;
  const { run } = compiled;
  return {
    run: (scope, locals) => {
      const value = run(scope, locals);
      return value === undefined ? missing() : value;
    },
    constant: false,
  };
}
