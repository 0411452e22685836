import { statSync } from "node:fs";
import { join } from "node:path";
import type { RawConfig } from "./config.ts";
import type { Environment } from "./environment.ts";
import { createProjectFiles } from "./project-files.ts";

/** What a configuration was read from, besides files. */
export interface Beginning {
  readonly root: string;
  readonly file: string;
  /** Of the file it begins with. */
  readonly text: string;
  /** Process environment. */
  readonly env: Environment;
  /** The environment asked for. */
  readonly environment: string | undefined;
}

const beginnings = new WeakMap<RawConfig, Beginning>();

export function rememberBeginning(raw: RawConfig, beginning: Beginning): void {
  beginnings.set(raw, beginning);
}

/** Whether reading again would come to the same: nothing it was made of has changed, and nothing was wrong with it. */
export function isAsItWas(raw: RawConfig, now: Beginning): boolean {
  const then = beginnings.get(raw);
  if (then === undefined || raw.errors.length > 0) return false;
  const same = then.root === now.root && then.file === now.file && then.environment === now.environment;
  return same && then.text === now.text && isSameEnvironment(then.env, now.env) && areSameFiles(raw);
}

function isSameEnvironment(then: Environment, now: Environment): boolean {
  const names = Object.keys(now);
  return names.length === Object.keys(then).length && names.every((name) => then[name] === now[name]);
}

/** The first source is the text it began with. */
function areSameFiles({ root, sources }: RawConfig): boolean {
  const files = createProjectFiles(root);
  const [, ...others] = sources;
  const dotenv = statSync(join(root, ".env"), { throwIfNoEntry: false })?.isFile() === true;
  if (dotenv !== sources.some(({ file }) => file === ".env")) return false;
  try {
    return others.every(({ file, text }) => files.readText(file) === text);
  } catch {
    // Gone, or no file any more: reading again tells what is wrong.
    return false;
  }
}
