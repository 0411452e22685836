import { dirname, sep } from "node:path";
import { BackworksError, isBackworksError } from "../../../errors.ts";
import type { Path } from "../mistakes.ts";
import type { MockScope } from "../scope.ts";
import { mediaTypeOf } from "../../../file-type.ts";
import type { BodySource, ReplyContext } from "./reply.ts";

interface BodyFileOptions {
  readonly name: string;
  /** Whether expressions in its text are evaluated. */
  readonly templated: boolean;
  readonly path: Path;
}

/** `body_file:`. A fixed name is read when the configuration loads, a templated one when the request comes. */
export function compileBodyFile({ name, templated, path }: BodyFileOptions, context: ReplyContext): BodySource {
  const { files, place } = context;
  const template = context.compileTemplate(name, path);
  if (template.constant) {
    const file = String(context.constantOf(template));
    if (!templated) return fixed(files.readBytes(file, place(path)), mediaTypeOf(file));
    const text = context.compileTemplate(files.readText(file, place(path)), path, { whole: true });
    return {
      usesBody: text.usesBody,
      constant: undefined,
      make: (scope) => ({ body: textOf(text.evaluate(scope)), type: mediaTypeOf(file) }),
    };
  }
  const folder = folderOf(name);
  return {
    usesBody: template.usesBody,
    constant: undefined,
    make: (scope) => {
      const file = String(template.evaluate(scope));
      return { body: readBelow({ file, folder, templated, path }, scope, context), type: mediaTypeOf(file) };
    },
  };
}

function fixed(bytes: Uint8Array, type: string): BodySource {
  return { usesBody: false, constant: { body: bytes, type }, make: () => ({ body: bytes, type }) };
}

interface Lookup {
  readonly file: string;
  readonly folder: string;
  readonly templated: boolean;
  readonly path: Path;
}

/**
 * Reads a file whose name a request chose: only below the folder that stands before the first expression, and no hidden one.
 *
 * @throws BW_MOCK_BODY_FILE_MISSING also for files outside, so that a client cannot tell them from missing ones
 */
function readBelow(
  { file, folder, templated, path }: Lookup,
  scope: MockScope,
  context: ReplyContext,
): string | Uint8Array {
  const { files } = context;
  try {
    const resolved = files.resolve(file);
    const root = files.resolve(folder);
    const below = resolved.startsWith(root.endsWith(sep) ? root : root + sep);
    if (!below || resolved.slice(root.length).includes(`${sep}.`) || file.includes("\0")) throw missing(file);
    if (!templated) return files.readBytes(file);
    return textOf(context.compileTemplate(files.readText(file), path, { whole: true }).evaluate(scope));
  } catch (error) {
    if (isBackworksError(error) && (error.code === "BW_FILE_MISSING" || error.code === "BW_FILE_OUTSIDE"))
      throw missing(file);
    throw error;
  }
}

function missing(file: string): BackworksError {
  return new BackworksError("BW_MOCK_BODY_FILE_MISSING", { file });
}

/** Folder of the part before the first expression. */
function folderOf(name: string): string {
  const start = name.search(/\$\{|\{\{/);
  const before = name.slice(0, start);
  return before.endsWith("/") ? before : dirname(`${before}x`);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
