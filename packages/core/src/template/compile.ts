import { BackworksError } from "../errors.ts";
import { invalidConfig } from "../invalid-config.ts";
import { checkKeys, compileIf, compileMerge, compileRepeat, constructOf } from "./constructs.ts";
import { everyKey } from "./construct-keys.ts";
import type { Entry } from "./containers.ts";
import { listPart, objectPart } from "./containers.ts";
import { createFakes, projectLoader } from "./faker.ts";
import { compileFile } from "./file-part.ts";
import { deepestValue } from "./limits.ts";
import { locateKey } from "./locate.ts";
import type { Part } from "./part.ts";
import { constantPart } from "./part.ts";
import type { Locals } from "./run.ts";
import { copyPlain, isPlain } from "./plain.ts";
import { compileKey, compileScalar } from "./scalar.ts";
import type { Scope, Template, TemplateOptions } from "./template.ts";
import { ValueContext, below, failure, placeOf } from "./value-context.ts";
import { forbiddenNames } from "./values.ts";

/**
 * Compiles a value of the configuration: every text in it may hold expressions, an object may be a construct.
 *
 * @throws BW_CONFIG_INVALID with every mistake of the value, in its order
 */
export function compileTemplate(value: unknown, options: TemplateOptions): Template {
  const errors: BackworksError[] = [];
  const uses = { body: false, state: false };
  const context = new ValueContext({
    options,
    place: (path) => options.place(path),
    locals: new Map(),
    nextSlot: 1,
    files: [],
    fake: createFakes((name) => (options.loadModule ?? projectLoader(options.files.root))(name)),
    report: (error) => errors.push(error),
    readsBody: () => {
      uses.body = true;
    },
    readsState: () => {
      uses.state = true;
    },
  });
  const part = compileValue(value, context);
  if (errors.length > 0) throw invalidConfig(errors);
  return toTemplate(part, { uses, context });
}

function toTemplate(
  part: Part,
  {
    uses,
    context,
  }: { readonly uses: { readonly body: boolean; readonly state: boolean }; readonly context: ValueContext },
): Template {
  const guarded =
    <T>(run: (scope: Scope, locals: Locals) => T) =>
    (scope: Scope): T => {
      try {
        return run(scope, []);
      } catch (error) {
        throw failure(error, { expression: "the value", where: placeOf(context) });
      }
    };
  return {
    constant: part.constant,
    usesBody: uses.body,
    usesState: uses.state,
    evaluate: guarded((scope, locals) => part.evaluate(scope, locals) ?? null),
    renderJson: guarded((scope, locals) => part.render(scope, locals) ?? "null"),
  };
}

/** Compiles a value of any kind. */
function compileValue(value: unknown, context: ValueContext): Part {
  if (typeof value === "string") return compileScalar(value, context);
  if (typeof value !== "object" || value === null) return constantPart(value ?? null);
  if (isPlain(value)) return constantPart(copyPlain(value));
  if (context.path.length > deepestValue) return tooDeep(context);
  if (Array.isArray(value)) {
    return listPart(value.map((item: unknown, position) => compileValue(item, below(context, position))));
  }
  return compileObject(value, context);
}

function tooDeep(context: ValueContext): Part {
  const details = { what: "levels of nesting", most: deepestValue };
  context.report(new BackworksError("BW_TEMPLATE_LIMIT", details, { where: placeOf(context) }));
  return constantPart(null);
}

const constructs = { $repeat: compileRepeat, $if: compileIf, $merge: compileMerge, $file: compileFile };

function compileObject(value: object, context: ValueContext): Part {
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const construct = constructOf(fields);
  if (construct === undefined)
    return objectPart(Object.keys(value).map((key) => compileEntry(key, fields[key], context)));
  if (!checkKeys(fields, construct, context)) return constantPart(null);
  const compile = Object.entries(constructs).find(([key]) => Object.hasOwn(fields, key))?.[1];
  return compile === undefined ? constantPart(null) : compile(fields, context, compileValue);
}

function compileEntry(written: string, value: unknown, context: ValueContext): Entry {
  const at = below(context, written);
  if (forbiddenNames.has(written)) {
    context.report(
      new BackworksError("BW_TEMPLATE_FORBIDDEN", { name: written }, { where: locateKey(placeOf(at), written) }),
    );
  }
  return { key: compileName(written, at), part: compileValue(value, at) };
}

function compileName(written: string, context: ValueContext): Entry["key"] {
  const name = unescapeKey(written);
  if (isPlain(name)) return name;
  return compileKey(name, context.with({ place: () => locateKey(placeOf(context), written) }));
}

/** `$$if` is the key `$if`. */
function unescapeKey(key: string): string {
  return key.startsWith("$$") && everyKey.has(key.slice(1)) ? key.slice(1) : key;
}
