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
    functionsProblem(contributes["templateFunctions"])
  );
}

function listProblem(
  contributes: Shape,
  key: string,
  problemOf: (part: Shape) => string | undefined,
): string | undefined {
  const list = contributes[key] ?? [];
  if (!Array.isArray(list)) return `contributes.${key} must be a list`;
  for (const [index, part] of (list as readonly unknown[]).entries()) {
    const problem = isObject(part) ? problemOf(part) : "must be an object";
    if (problem !== undefined) return `contributes.${key}[${index}] ${problem}`;
  }
  return undefined;
}

function handlerProblem({ name, path, methods, handler }: Shape): string | undefined {
  if (typeof name !== "string" || name === "") return "needs a name";
  if (methods !== undefined && !isWords(methods)) return "has methods that are no list of words";
  return pathProblem(path) ?? (typeof handler === "function" ? undefined : "needs the function handler");
}

function mountProblem({ path = "/", handler }: Shape): string | undefined {
  return pathProblem(path) ?? (typeof handler === "function" ? undefined : "needs a handler: a router or a function");
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
