/** Keys that reach the prototype of objects where somebody copies them without care. */
const prototype = "__proto__";
const constructor = "constructor";
const ofConstructor = "prototype";

/** The first key of a JSON value that is not allowed, at any depth: `__proto__`, or a `constructor` that holds a `prototype`. */
export function findForbiddenKey(root: unknown): string | undefined {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (!isHolder(value)) continue;
    const key = forbiddenKeyOf(value);
    if (key !== undefined) return key;
    for (const child of Object.values(value)) if (isHolder(child)) waiting.push(child);
  }
  return undefined;
}

function forbiddenKeyOf(value: object): string | undefined {
  if (Object.hasOwn(value, prototype)) return prototype;
  if (!Object.hasOwn(value, constructor)) return undefined;
  const made: unknown = value.constructor;
  return isHolder(made) && Object.hasOwn(made, ofConstructor) ? `${constructor}.${ofConstructor}` : undefined;
}

function isHolder(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The same for the name of a field, whose steps are written `a[b]` or `a.b`. */
export function forbiddenIn(name: string): string | undefined {
  if (!name.includes(prototype) && !name.includes(constructor)) return undefined;
  const steps = name.split(/[[\].]+/);
  if (steps.includes(prototype)) return prototype;
  const made = steps.findIndex((step, index) => step === constructor && steps[index + 1] === ofConstructor);
  return made < 0 ? undefined : `${constructor}.${ofConstructor}`;
}
