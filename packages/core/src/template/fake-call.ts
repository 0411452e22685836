import { suggest } from "../suggest.ts";
import { builtInFakes } from "./faker.ts";
import { guarded } from "./fold.ts";
import type { Compiled, ExpressionContext, Run } from "./run.ts";
import { always, valueOf } from "./run.ts";
import type { Expression, Span } from "./syntax.ts";
import { toText } from "./values.ts";

/** `person.fullName` of `faker.person.fullName`; `undefined` for what does not begin with `faker`. */
export function fakeChain(node: Expression, context: ExpressionContext): string | undefined {
  if (node.kind !== "member") return undefined;
  if (node.object.kind === "name" && node.object.name === "faker" && !context.locals.has("faker")) return node.key;
  const before = fakeChain(node.object, context);
  return before === undefined ? undefined : `${before}.${node.key}`;
}

export interface FakeCallSource {
  readonly node: Span;
  readonly parameters: readonly Compiled[];
}

/** `faker.name`, `faker.person.fullName()`: the name is known at load. */
export function compileFake(name: string, { node, parameters }: FakeCallSource, context: ExpressionContext): Compiled {
  const fake = context.fake(name);
  if (fake === undefined) return unknownFake(name, node, context);
  if (parameters.length > 0 && !fake.takesParameters) return withoutParameters(name, node, context);
  const run: Run = (scope, locals) =>
    fake.make(
      scope,
      parameters.map((parameter) => parameter.run(scope, locals)),
    );
  return { run: guarded(run, node, context), constant: false };
}

/** `faker('person.fullName')`: the name is the first parameter. */
export function compileFakeCall({ node, parameters }: FakeCallSource, context: ExpressionContext): Compiled {
  const [name, ...rest] = parameters;
  if (name === undefined) {
    const signature = "faker(name[, …])";
    context.report({ ...node, code: "BW_TEMPLATE_ARGUMENTS", details: { signature, problem: "needs a name" } });
    return always(null);
  }
  if (name.constant) return compileFake(toText(valueOf(name)), { node, parameters: rest }, context);
  const run: Run = (scope, locals) => {
    const wanted = toText(name.run(scope, locals));
    const fake = context.fake(wanted);
    if (fake === undefined) throw new Error(`faker has no ${wanted}`);
    return fake.make(
      scope,
      rest.map((parameter) => parameter.run(scope, locals)),
    );
  };
  return { run: guarded(run, node, context), constant: false };
}

const installHint = "install @faker-js/faker for more: npm install @faker-js/faker";

function unknownFake(name: string, { start, end }: Span, context: ExpressionContext): Compiled {
  const near = suggest(name, builtInFakes);
  const hint = near === undefined ? installHint : `did you mean ${near}?`;
  context.report({ code: "BW_TEMPLATE_FAKER", details: { name }, start, end, hint });
  return always(null);
}

function withoutParameters(name: string, { start, end }: Span, context: ExpressionContext): Compiled {
  const details = { signature: `faker('${name}')`, problem: "takes no parameters without @faker-js/faker" };
  context.report({ code: "BW_TEMPLATE_ARGUMENTS", details, start, end, hint: installHint });
  return always(null);
}
