import { misspelledIn, misspelledMethod, strangerIn } from "./unknown-member.ts";

type Shape = Readonly<Record<string, unknown>>;

/** What is wrong with what a plugin contributes; `undefined` when nothing. It is said here, where the plugin is known. */
export function contributionProblem(contributes: unknown): string | undefined {
  if (contributes === undefined) return undefined;
  if (!isObject(contributes)) return "contributes must be an object";
  return (
    listProblem(contributes, "handlers", handlerProblem) ??
    listProblem(contributes, "routes", mountProblem) ??
    listProblem(contributes, "middleware", mountProblem) ??
    listProblem(contributes, "services", serviceProblem) ??
    functionsProblem(contributes["templateFunctions"]) ??
    actionsProblem(contributes["actions"])
  );
}

type ProblemOf = (part: Shape, place: string) => string | undefined;

function listProblem(contributes: Shape, key: string, problemOf: ProblemOf): string | undefined {
  const list = contributes[key] ?? [];
  if (!Array.isArray(list)) return `contributes.${key} must be a list`;
  for (const [index, part] of (list as readonly unknown[]).entries()) {
    const place = `contributes.${key}[${index}]`;
    if (!isObject(part)) return `${place} must be an object`;
    const problem = problemOf(part, place);
    if (problem !== undefined) return problem.startsWith(place) ? problem : `${place} ${problem}`;
  }
  return undefined;
}

const handlerMembers: ReadonlySet<string> = new Set(["name", "path", "methods", "handler", "needs", "upgrade"]);
const needMembers: ReadonlySet<string> = new Set(["requestBody", "requestStream", "ownTime", "onePlace"]);
const mountMembers: ReadonlySet<string> = new Set(["path", "handler"]);

function handlerProblem(part: Shape, place: string): string | undefined {
  const { name, path, methods, handler, upgrade } = part;
  if (typeof name !== "string" || name === "") return "needs a name";
  if (methods !== undefined && !isWords(methods)) return "has methods that are no list of words";
  if (typeof handler !== "function") return pathProblem(path) ?? "needs the function handler";
  if (!["undefined", "function"].includes(typeof upgrade)) return "has an upgrade that is no function";
  return pathProblem(path) ?? wordProblem(part, place);
}

/** A word that would be ignored. */
function wordProblem(part: Shape, place: string): string | undefined {
  return (
    misspelledIn(place, part, handlerMembers) ??
    strangerIn(`${place}.needs`, part["needs"], needMembers) ??
    // That they are words was looked at.
    misspelledMethod(`${place}.methods`, part["methods"] as readonly string[] | undefined)
  );
}

function mountProblem(part: Shape, place: string): string | undefined {
  const { path = "/", handler } = part;
  if (typeof handler !== "function") return pathProblem(path) ?? "needs a handler: a router or a function";
  return pathProblem(path) ?? misspelledIn(place, part, mountMembers);
}

function pathProblem(path: unknown): string | undefined {
  return typeof path === "string" && path.startsWith("/") ? undefined : "needs a path that begins with a slash";
}

function serviceProblem({ key }: Shape): string | undefined {
  return isObject(key) ? undefined : "was not made with provideService()";
}

function functionsProblem(functions: unknown): string | undefined {
  if (functions === undefined) return undefined;
  if (!isObject(functions)) return "contributes.templateFunctions must be an object";
  const wrong = Object.keys(functions).find((name) => !isTemplateFunction(functions[name]));
  return wrong === undefined
    ? undefined
    : `contributes.templateFunctions.${wrong} needs signature, arity: [least, most] and the function call`;
}

function actionsProblem(actions: unknown): string | undefined {
  if (actions === undefined) return undefined;
  if (!isObject(actions)) return "contributes.actions must be an object";
  const wrong = Object.keys(actions).find((name) => typeof actions[name] !== "function");
  return wrong === undefined ? undefined : `contributes.actions.${wrong} must be a function`;
}

function isTemplateFunction(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { signature, arity, call } = value;
  return typeof signature === "string" && Array.isArray(arity) && arity.length === 2 && typeof call === "function";
}

/** Whether it is a list of texts. */
export function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

function isObject(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}
