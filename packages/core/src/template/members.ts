import { suggest } from "../suggest.ts";
import { builtins } from "./functions/index.ts";
import { foldConstant, guarded } from "./fold.ts";
import { compileFake, fakeChain } from "./fake-call.ts";
import type { Root } from "./roots.ts";
import { rootOf, roots } from "./roots.ts";
import type { Compiled, ExpressionContext, Run } from "./run.ts";
import { always, valueOf } from "./run.ts";
import type { Expression, ExpressionOf } from "./syntax.ts";
import { forbiddenNames, own, toText } from "./values.ts";

export type Compile = (node: Expression, context: ExpressionContext) => Compiled;

/** A name that stands alone: a loop variable, or a root. */
export function compileName(node: ExpressionOf<"name">, context: ExpressionContext): Compiled {
  const slot = context.locals.get(node.name);
  if (slot !== undefined) return { run: (_, locals) => locals[slot], constant: false };
  const root = rootOf(node.name);
  if (root === undefined) return unknownName(node, context);
  if (root.whole === undefined) return needsMember(node, context);
  if (root.body === true) context.readsBody();
  if (root.state === true) context.readsState();
  return { run: root.whole, constant: false };
}

/** `object.key` and `object[key]`. */
export function compileMember(
  node: ExpressionOf<"member"> | ExpressionOf<"index">,
  context: ExpressionContext,
  compile: Compile,
): Compiled {
  const fakeName = node.kind === "member" ? fakeChain(node, context) : undefined;
  if (fakeName !== undefined) return compileFake(fakeName, { node, parameters: [] }, context);
  const key = node.kind === "member" ? always(node.key) : compile(node.key, context);
  if (key.constant) {
    const name = toText(valueOf(key));
    if (forbiddenNames.has(name)) {
      context.report({ code: "BW_TEMPLATE_FORBIDDEN", details: { name }, start: keyStart(node), end: node.end });
      return always(null);
    }
    return knownMember(node, { name, context, compile });
  }
  return computedMember(node, { key, context, compile });
}

type Member = ExpressionOf<"member"> | ExpressionOf<"index">;

/** Offset of the key in `object.key` or `object[key]`. */
function keyStart(node: Member): number {
  return node.kind === "member" ? node.end - node.key.length : node.key.start;
}

interface KnownMember {
  readonly name: string;
  readonly context: ExpressionContext;
  readonly compile: Compile;
}

function knownMember(node: Member, { name, context, compile }: KnownMember): Compiled {
  const rootName = rootNameOf(node.object, context);
  const members = rootName === undefined ? undefined : rootOf(rootName)?.members;
  if (rootName === "state") {
    context.readsState();
    return { run: (scope) => scope.state.get(name), constant: false };
  }
  if (rootName === "env") return environmentMember(node, name, context);
  if (rootName !== undefined && members !== undefined) return rootMember(node, { rootName, name, members }, context);
  const slip = isParameters(node.object, context) ? parameterMeant(name, context.options) : undefined;
  if (slip !== undefined) return unknownMember(node, { rootName: "path", name, known: [slip] }, context);
  const object = compile(node.object, context);
  const wanted = isHeaders(node.object, context) ? name.toLowerCase() : name;
  const run = ownMember(object.run, wanted);
  return optional(node, foldConstant({ run, parts: [object], node }, context));
}

function environmentMember(node: Member, name: string, context: ExpressionContext): Compiled {
  const { exposeEnvironment, environment } = context.options;
  if (!exposeEnvironment.includes(name)) return notExposed(node, name, context);
  return optional(node, always(Object.hasOwn(environment, name) ? environment[name] : undefined));
}

interface RootMember {
  readonly rootName: string;
  readonly name: string;
  readonly members: NonNullable<Root["members"]>;
}

function rootMember(node: Member, member: RootMember, context: ExpressionContext): Compiled {
  const { rootName, name, members } = member;
  const read = Object.hasOwn(members, name) ? members[name] : undefined;
  if (read === undefined) return unknownMember(node, { rootName, name, known: Object.keys(members) }, context);
  if (rootName === "request" && name === "body") context.readsBody();
  return optional(node, { run: read, constant: false });
}

/** Reads a property whose name was found harmless at load. */
function ownMember(object: Run, name: string): Run {
  return (scope, locals) => {
    const value = object(scope, locals);
    if (typeof value === "object" && value !== null) {
      // Checked to be the object's own.
      return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    }
    return typeof value === "string" ? own(value, name) : undefined;
  };
}

interface ComputedMember {
  readonly key: Compiled;
  readonly context: ExpressionContext;
  readonly compile: Compile;
}

function computedMember(node: Member, { key, context, compile }: ComputedMember): Compiled {
  const rootName = rootNameOf(node.object, context);
  if (rootName === "state") {
    context.readsState();
    return { run: (scope, locals) => scope.state.get(toText(key.run(scope, locals))), constant: false };
  }
  const object = compile(node.object, context);
  const lower = isHeaders(node.object, context);
  const run: Run = (scope, locals) => {
    const name = toText(key.run(scope, locals));
    return own(object.run(scope, locals), lower ? name.toLowerCase() : name);
  };
  return optional(node, { run: guarded(run, node, context), constant: false });
}

/** What `?.` does not find is `null`, which is not missing. */
function optional(node: Member, compiled: Compiled): Compiled {
  if (!hasOptionalLink(node)) return compiled;
  const { run } = compiled;
  return { run: (scope, locals) => run(scope, locals) ?? null, constant: compiled.constant };
}

function hasOptionalLink(node: Expression): boolean {
  return (node.kind === "member" || node.kind === "index") && (node.optional || hasOptionalLink(node.object));
}

function rootNameOf(node: Expression, context: ExpressionContext): string | undefined {
  return node.kind === "name" && !context.locals.has(node.name) ? node.name : undefined;
}

function isParameters(node: Expression, context: ExpressionContext): boolean {
  if (rootNameOf(node, context) === "path") return true;
  return node.kind === "member" && node.key === "params" && rootNameOf(node.object, context) === "request";
}

/** The parameter that a name misspells. Any other name is missing data: an expression may serve several endpoints. */
function parameterMeant(name: string, { parameters = [] }: ExpressionContext["options"]): string | undefined {
  return parameters.includes(name) ? undefined : suggest(name, parameters);
}

function isHeaders(node: Expression, context: ExpressionContext): boolean {
  if (rootNameOf(node, context) === "headers") return true;
  return node.kind === "member" && node.key === "headers" && rootNameOf(node.object, context) === "request";
}

function notExposed(node: Member, name: string, context: ExpressionContext): Compiled {
  context.report({
    code: "BW_TEMPLATE_ENVIRONMENT",
    details: { name },
    start: keyStart(node),
    end: node.end,
    hint: `add ${name} to expose_env, or write \${${name}} to have it put in when the file is read`,
  });
  return always(null);
}

interface UnknownMember {
  readonly rootName: string;
  readonly name: string;
  readonly known: readonly string[];
}

function unknownMember(node: Member, { rootName, name, known }: UnknownMember, context: ExpressionContext): Compiled {
  const near = suggest(name, known);
  context.report({
    code: "BW_TEMPLATE_UNKNOWN_NAME",
    details: { name: `${rootName}.${name}` },
    start: keyStart(node),
    end: node.end,
    hint: near === undefined ? `${rootName} has ${known.join(", ")}` : `did you mean ${rootName}.${near}?`,
  });
  return always(null);
}

function needsMember(node: ExpressionOf<"name">, context: ExpressionContext): Compiled {
  context.report({
    code: "BW_TEMPLATE_SYNTAX",
    details: { problem: `${node.name} is no value by itself` },
    start: node.start,
    end: node.end,
    hint: `write what to read: ${node.name}.NAME`,
  });
  return always(null);
}

function unknownName(node: ExpressionOf<"name">, context: ExpressionContext): Compiled {
  context.report({
    code: "BW_TEMPLATE_UNKNOWN_NAME",
    details: { name: node.name },
    start: node.start,
    end: node.end,
    hint: nameHint(node.name, context),
  });
  return always(null);
}

const loopNames = ["item", "i", "index"];

function nameHint(name: string, { options, locals }: ExpressionContext): string {
  if (builtins.has(name) || options.functions.has(name)) return `did you mean ${name}()?`;
  if (loopNames.includes(name)) return `${name} is known inside $each only`;
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return `an environment variable is read as env.${name} when expose_env names it`;
  const near = suggest(name, [...Object.keys(roots), ...locals.keys()]);
  if (near !== undefined) return `did you mean ${near}?`;
  const call = suggest(name, [...builtins.keys(), ...options.functions.keys()]);
  if (call !== undefined) return `did you mean ${call}()?`;
  return `known are ${[...Object.keys(roots), ...locals.keys()].join(", ")}; a text stands between quotes`;
}
