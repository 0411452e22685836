import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as vm from "node:vm";
import type { HandlerCode } from "../wire.ts";
import { importsOf, isRelative } from "../../../module-imports.ts";
import type { HandlerFunction } from "./handler.ts";
import { findHandler } from "./handler.ts";
import type { ModuleText } from "./syntax.ts";
import { locateSyntaxError } from "./syntax.ts";

/** Loads the function that answers. @throws what its module throws; syntax errors name file and line */
export async function loadHandler(code: HandlerCode): Promise<HandlerFunction> {
  if (code.kind === "source") return isModule(code.text) ? loadModuleSource(code) : runScript(code);
  const text = readFileSync(code.file, "utf8");
  if (isPlainScript(code.file, text)) {
    return runScript({ kind: "source", text, name: code.file, lineOffset: 0, folder: dirname(code.file) });
  }
  forget(code.file);
  try {
    return findHandler(await import(`${pathToFileURL(code.file).href}?v=${code.version}`));
  } catch (error) {
    if (error instanceof SyntaxError) locateSyntaxError(filesFrom([code.file]), error);
    throw error;
  }
}

/** CommonJS is kept by file name: in the server's own thread, where it may have been loaded before, it would be the old one. */
function forget(file: string): void {
  const { cache } = createRequire(file);
  for (const { name } of filesFrom([file])) delete cache[name];
}

/** Whether a text is an ECMAScript module. */
export function isModule(text: string): boolean {
  return /^\s*(?:export\b\s*[\w{*]|import\b\s*[\w{*"'])/m.test(text);
}

/** `function handler(request, response) {…}` and nothing that exports it. */
function isPlainScript(file: string, text: string): boolean {
  if (![".js", ".cjs"].includes(extname(file)) || isModule(text)) return false;
  return !/\bexports\b/.test(text) && /^\s*(?:async\s+)?function\s+handler\b/m.test(text);
}

type Source = Extract<HandlerCode, { kind: "source" }>;

/** CommonJS whose lines are counted as in the configuration. */
function runScript({ text, name, lineOffset, folder }: Source): HandlerFunction {
  const module = { exports: {} as Record<string, unknown> };
  const ending = "\n;return typeof handler === 'function' ? handler : undefined;";
  const names = ["module", "exports", "require", "__filename", "__dirname"];
  const run = vm.compileFunction(`${text}${ending}`, names, {
    filename: name,
    lineOffset,
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as (...args: unknown[]) => unknown;
  const require = createRequire(resolve(folder, "handler.cjs"));
  const handler = run(module, module.exports, require, name, folder);
  return findHandler({
    default: typeof module.exports === "function" ? module.exports : { handler, ...module.exports },
  });
}

/** A module without a file: what it imports is named by its whole address. */
async function loadModuleSource({ text, name, lineOffset, folder }: Source): Promise<HandlerFunction> {
  let code = "";
  let from = 0;
  for (const { specifier, start, end } of importsOf(text)) {
    code += text.slice(from, start) + addressOf(specifier, folder);
    from = end;
  }
  code += text.slice(from);
  try {
    return findHandler(await import(toDataUrl(code)));
  } catch (error) {
    if (error instanceof SyntaxError) {
      const own = { text, name, lineOffset, isFile: false };
      locateSyntaxError([own, ...filesFrom(relativeImports(text, folder))], error);
    }
    throw error;
  }
}

/** Brackets would end the address where it stands in a stack. */
function toDataUrl(code: string): string {
  const encoded = encodeURIComponent(code).replace(/[()']/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `data:text/javascript;charset=utf-8,${encoded}`;
}

function addressOf(specifier: string, folder: string): string {
  if (isRelative(specifier)) return new URL(specifier, pathToFileURL(`${resolve(folder)}/`)).href;
  if (isBuiltin(specifier) || specifier.includes(":")) return specifier;
  return pathToFileURL(createRequire(resolve(folder, "handler.cjs")).resolve(specifier)).href;
}

/** Files, with those that they import relatively. */
function filesFrom(files: readonly string[]): readonly ModuleText[] {
  const texts = new Map<string, ModuleText>();
  const open = [...files];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const text = texts.has(name) ? undefined : readText(name);
    if (text === undefined) continue;
    texts.set(name, { text, name, lineOffset: 0, isFile: true });
    open.push(...relativeImports(text, dirname(name)));
  }
  return [...texts.values()];
}

function relativeImports(text: string, folder: string): readonly string[] {
  return importsOf(text).flatMap(({ specifier }) => (isRelative(specifier) ? [resolve(folder, specifier)] : []));
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // What is not there, or has no ending, is none of the modules this is for.
    return undefined;
  }
}
