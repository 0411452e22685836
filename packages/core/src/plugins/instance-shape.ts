import type { Hook, HookCondition, HookDefinition, PluginInstance } from "../plugin.ts";
import { contributionProblem, isWords } from "./contribution-shape.ts";
import type { HookName } from "./hook.ts";
import { meant, methodProblem, misspelledIn, strangerIn } from "./unknown-member.ts";

/** Hooks with their defaults filled in. */
export interface ReadHook<Run> {
  readonly run: Run;
  readonly order: number;
  readonly when: HookCondition | undefined;
  readonly requestBody: boolean;
  readonly responseBody: boolean;
  /** `undefined`: what the configuration gives every hook. */
  readonly timeoutMs: number | undefined;
}

const functions = [
  "start",
  "stop",
  "cleanup",
  "reconfigure",
  "exportState",
  "importState",
  "healthCheck",
  "getMetrics",
] as const;

const hooks: readonly HookName[] = ["beforeRequest", "around", "afterResponse", "finished"];

const known: ReadonlySet<string> = new Set([...functions, ...hooks, "contributes"]);

/** What is wrong with what `initialize` returned; `undefined` when nothing. A misspelled hook must not be ignored in silence. */
export function instanceProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null)
    return `initialize returned ${value === null ? "null" : typeof value}`;
  if (Array.isArray(value)) return "initialize returned a list";
  // An object; its members are looked at one by one.
  const instance = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(instance).find((key) => !known.has(key));
  if (unknown !== undefined) return `initialize returned the unknown member ${unknown}${meant(unknown, known)}`;
  const notFunction = functions.find((key) => instance[key] !== undefined && typeof instance[key] !== "function");
  if (notFunction !== undefined) return `${notFunction} is not a function`;
  const notHook = hooks.find((key) => instance[key] !== undefined && !isHook(instance[key]));
  if (notHook !== undefined) return `${notHook} is neither a function nor { run }`;
  return partsProblem(instance);
}

/** Members of a hook, its `when` and `needs`, and of what is contributed. */
const partMembers = {
  hook: new Set(["run", "order", "when", "needs", "timeoutMs"]),
  when: new Set(["endpoints", "methods", "modes"]),
  needs: new Set(["requestBody", "responseBody"]),
  contributes: new Set(["handlers", "routes", "middleware", "templateFunctions", "services", "actions"]),
} as const;

function partsProblem(instance: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of hooks) {
    if (typeof instance[name] !== "object") continue;
    // Checked to be a hook by now, and no function: a definition.
    const hook = instance[name] as Readonly<Record<string, unknown>>;
    const problem =
      misspelledIn(name, hook, partMembers.hook) ??
      strangerIn(`${name}.when`, hook["when"], partMembers.when) ??
      strangerIn(`${name}.needs`, hook["needs"], partMembers.needs) ??
      settingProblem(name, hook);
    if (problem !== undefined) return problem;
  }
  const { contributes } = instance;
  return strangerIn("contributes", contributes, partMembers.contributes) ?? contributionProblem(contributes);
}

function settingProblem(name: string, hook: Readonly<Record<string, unknown>>): string | undefined {
  const notNumber = ["order", "timeoutMs"].find((key) => !["undefined", "number"].includes(typeof hook[key]));
  if (notNumber !== undefined) return `${name}.${notNumber} must be a number`;
  const when = Object.entries(hook["when"] ?? {});
  const notWords = when.find(([, words]) => words !== undefined && !isWords(words));
  if (notWords !== undefined) return `${name}.when.${notWords[0]} must be a list of words`;
  const { methods } = (hook["when"] ?? {}) as HookCondition;
  return methodProblem(`${name}.when.methods`, methods) ?? idleProblem(name, hook);
}

/** What another hook has, and would be ignored here. */
function idleProblem(name: string, { timeoutMs, needs }: Readonly<Record<string, unknown>>): string | undefined {
  if (timeoutMs !== undefined && name === "around") return "around has the time of the handler, and no timeoutMs";
  if (timeoutMs !== undefined && name === "finished") return "finished is not waited for, and has no timeoutMs";
  const { responseBody } = (needs ?? {}) as { readonly responseBody?: unknown };
  return responseBody === undefined || name === "afterResponse"
    ? undefined
    : `${name} cannot need the responseBody: only afterResponse can`;
}

/** Members `initialize` may return, for hints. */
export const instanceMembers: string = [...known].join(", ");

/** A hook with its defaults: order 0, every route. */
export function readHook<Run extends (...parts: never[]) => unknown>(
  hook: Hook<Run> | undefined,
  owner: PluginInstance,
): ReadHook<Run> | undefined {
  if (hook === undefined) return undefined;
  // A function is the hook itself; everything else was checked to be a definition.
  const given: HookDefinition<Run> = typeof hook === "function" ? { run: hook } : hook;
  return {
    // Methods may use `this`, which is then the object they were written in.
    run: given.run.bind(typeof hook === "function" ? owner : given) as Run,
    order: given.order ?? 0,
    when: given.when,
    requestBody: given.needs?.requestBody ?? false,
    responseBody: given.needs?.responseBody ?? false,
    timeoutMs: given.timeoutMs,
  };
}

function isHook(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && typeof (value as { run?: unknown }).run === "function";
}
