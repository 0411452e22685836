import { statSync } from "node:fs";
import path from "node:path";
import type { Source } from "../errors.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import type { CompileValue } from "./constructs.ts";
import type { Part } from "./part.ts";
import { constantOf, constantPart } from "./part.ts";
import { ValueContext, below, failure, missingReporter, placeOf } from "./value-context.ts";
import { toJson, toText } from "./values.ts";

/** Endings of files that hold data; their expressions are evaluated, any other file is a text as it is. */
const dataFile = /\.(?:json|ya?ml|csv)$/i;

/** Files of computed names that are kept compiled. */
const mostKept = 500;

/** `{ $file: path }`: what a file of the project holds. */
export function compileFile(
  value: Readonly<Record<string, unknown>>,
  context: ValueContext,
  compile: CompileValue,
): Part {
  const at = below(context, "$file");
  const name = compile(value["$file"], at);
  if (!name.constant) return computedFile(name, at, compile);
  const given = constantOf(name);
  if (typeof given === "string" && given !== "") return loadAtOnce(given, at, compile);
  const details = { construct: "$file", problem: "needs the path of a file" };
  context.report(new BackworksError("BW_TEMPLATE_CONSTRUCT", details, { where: placeOf(at) }));
  return constantPart(null);
}

function loadAtOnce(name: string, context: ValueContext, compile: CompileValue): Part {
  try {
    return loadFile(name, context, compile);
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    context.report(error);
    return constantPart(null);
  }
}

/** Compiles what a file holds; its mistakes have places in the file itself. */
function loadFile(name: string, context: ValueContext, compile: CompileValue): Part {
  const { files } = context.frame.options;
  const where = placeOf(context);
  const file = files.resolve(name, where);
  if (context.frame.files.includes(file)) {
    const chain = [...context.frame.files, file].map((part) => path.relative(files.root, part)).join(" -> ");
    throw new BackworksError(
      "BW_TEMPLATE_CONSTRUCT",
      { construct: "$file", problem: `closes a circle: ${chain}` },
      { where },
    );
  }
  const text = files.readText(name, where);
  if (!dataFile.test(name)) return constantPart(text);
  const source: Source = { file: path.relative(files.root, file), text };
  const place = () => ({ source, line: 1, column: 1, length: 1 });
  return compile(
    files.readData(name, where),
    new ValueContext({ ...context.frame, place, files: [...context.frame.files, file] }),
  );
}

interface Kept {
  readonly stamp: string;
  readonly part: Part;
}

/** A file whose name is known with the request. It is read again when it changed. */
function computedFile(name: Part, context: ValueContext, compile: CompileValue): Part {
  // What such a file reads is not known before; it may be the body, or state.
  context.frame.readsBody();
  context.frame.readsState();
  const kept = new Map<string, Kept>();
  const missing = missingReporter(context.frame.options, { expression: "$file", where: () => placeOf(context) });
  const find = (...[scope, locals]: Parameters<Part["evaluate"]>): Part => {
    const wanted = toText(name.evaluate(scope, locals));
    try {
      return readKept(wanted, { kept, context, compile }) ?? (missing?.(), nothing);
    } catch (error) {
      throw failure(error, { expression: "$file", where: placeOf(context) });
    }
  };
  return {
    constant: false,
    optional: false,
    evaluate: (scope, locals) => find(scope, locals).evaluate(scope, locals) ?? null,
    render: (scope, locals) => find(scope, locals).render(scope, locals) ?? toJson(null),
  };
}

const nothing = constantPart(null);

interface Reader {
  readonly kept: Map<string, Kept>;
  readonly context: ValueContext;
  readonly compile: CompileValue;
}

/** The compiled content of a file; `undefined` when there is no such file. */
function readKept(name: string, { kept, context, compile }: Reader): Part | undefined {
  if (name === "") return undefined;
  const file = context.frame.options.files.resolve(name, placeOf(context));
  const stamp = stampOf(file);
  if (stamp === undefined) return undefined;
  const known = kept.get(file);
  if (known?.stamp === stamp) return known.part;
  const errors: BackworksError[] = [];
  const part = loadFile(name, context.with({ report: (error) => errors.push(error) }), compile);
  const [first] = errors;
  if (first !== undefined) throw first;
  if (kept.size >= mostKept) kept.clear();
  kept.set(file, { stamp, part });
  return part;
}

function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true ? `${found.mtimeMs} ${found.size}` : undefined;
}
