import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { Mistake } from "./mistake.ts";

/** Kinds of plugins, each with what it begins with. */
export const kinds = {
  enhancement: "adds something to what there is: a header, numbers, a log",
  handler: "answers routes of its own with your code",
  middleware: "changes requests or answers on their way",
  integration: "talks to another system: a queue, a webhook, a store",
} as const;

/** A kind of plugin. */
export type Kind = keyof typeof kinds;

/** What is to be written. */
export interface Plan {
  readonly kind: Kind;
  /** The key under `plugins:`. */
  readonly name: string;
  /** Of the package. */
  readonly packageName: string;
  /** Absolute path. */
  readonly folder: string;
}

/** What was given; empty where it was not. */
export interface Wishes {
  readonly name: string;
  readonly kind: string;
  /** Relative to where the command runs. */
  readonly dir: string;
}

const prefix = "backworks-plugin-";

/** Keys of an entry of `plugins:`, and of an endpoint: options of a plugin stand there below its name. */
const taken: ReadonlySet<string> = new Set(
  [
    "enabled package version module-path config",
    "name path method methods mode description parameters validation schema rate-limit limits timeouts",
    "mock mock-responses runtime hybrid auto-evolve database proxy",
  ].flatMap((words) => words.split(" ")),
);

/** @throws Mistake */
export function toPlan({ name, kind, dir }: Wishes, cwd: string): Plan {
  const { plugin, packageName } = toNames(name);
  if (!isKind(kind)) {
    throw new Mistake(`there is no kind ${kind}`, `--kind is one of ${Object.keys(kinds).join(", ")}`);
  }
  const folder = resolve(cwd, dir === "" ? plugin : dir);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Mistake(`${folder} is not empty`, "choose another with --dir, or empty it first");
  }
  return { kind, name: plugin, packageName, folder };
}

/** `my-thing`, `backworks-plugin-my-thing`, `@acme/backworks-plugin-my-thing`. @throws Mistake */
export function toNames(given: string): { readonly plugin: string; readonly packageName: string } {
  const [, scope = "", rest = ""] = /^(?:(@[a-z0-9][a-z0-9._-]*)\/)?(.*)$/.exec(given) ?? [];
  const plugin = rest.startsWith(prefix) ? rest.slice(prefix.length) : rest;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plugin) || plugin.length > 60) {
    const hint = "lower-case letters, digits and single hyphens: my-thing, or @acme/my-thing";
    throw new Mistake(`${JSON.stringify(given)} cannot be the name of a plugin`, hint);
  }
  if (taken.has(plugin)) throw new Mistake(`${plugin} is a key of Backworks itself`, "choose another name");
  return { plugin, packageName: `${scope === "" ? "" : `${scope}/`}${prefix}${plugin}` };
}

export function isKind(word: string): word is Kind {
  return Object.hasOwn(kinds, word);
}
