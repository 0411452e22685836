import { createRequire } from "node:module";
import path from "node:path";
import type { TemplateCallContext } from "../template-function.ts";
import { fakeData, fakeNames } from "./fake-data.ts";
import { forbiddenNames } from "./values.ts";

/** Makes fake values of one kind. */
export interface FakeSource {
  /** Whether it looks at parameters; those of ours do not. */
  readonly takesParameters: boolean;
  readonly make: (context: TemplateCallContext, parameters: readonly unknown[]) => unknown;
}

/** Finds a source by name. */
type Finder = (name: string) => FakeSource | undefined;

/** The part of `@faker-js/faker` that is used: its class, with locales and a source of random numbers. */
interface FakerModule {
  readonly Faker: new (options: object) => { setDefaultRefDate?(now: () => Date): void };
  readonly en: unknown;
  readonly base: unknown;
}

/** Names that answer without `@faker-js/faker`. */
export const builtInFakes: readonly string[] = [...Object.keys(fakeData), ...Object.keys(fakeNames)];

/** Makes a finder of fakes by name: those of `@faker-js/faker` where it is installed, some of ours elsewhere. */
export function createFakes(loadModule: (name: string) => unknown): Finder {
  let installed: Finder | undefined;
  return (name) => {
    installed ??= loadFaker(loadModule);
    const official = Object.hasOwn(fakeNames, name) ? (fakeNames[name] ?? name) : name;
    const own = Object.hasOwn(fakeData, official) ? fakeData[official] : undefined;
    return (
      installed(name) ?? installed(official) ?? (own && { takesParameters: false, make: ({ random }) => own(random) })
    );
  };
}

/** Loads modules as a file in the project's root would. */
export function projectLoader(root: string): (name: string) => unknown {
  const require = createRequire(path.join(root, "package.json"));
  return (name) => require(name) as unknown;
}

function loadFaker(loadModule: (name: string) => unknown): Finder {
  let module: unknown;
  try {
    module = loadModule("@faker-js/faker");
  } catch {
    // Not installed, or written for another Node: the fakes of ours answer.
    return () => undefined;
  }
  if (!isFakerModule(module)) return () => undefined;
  const known = finders.get(module) ?? findIn(module);
  finders.set(module, known);
  return known;
}

/** Making a `Faker` takes milliseconds: one for all templates, which take turns. */
const finders = new WeakMap<FakerModule, Finder>();

function findIn(module: FakerModule): Finder {
  let current: TemplateCallContext | undefined;
  const faker = new module.Faker({
    locale: [module.en, module.base],
    randomizer: { next: () => current?.random() ?? 0, seed: () => undefined },
  });
  faker.setDefaultRefDate?.(() => new Date(current?.clock.now() ?? 0));
  return (name) => {
    const method = methodOf(faker, name);
    if (method === undefined) return undefined;
    const make: FakeSource["make"] = (context, parameters) => {
      current = context;
      return method(...parameters);
    };
    return { takesParameters: true, make };
  };
}

function isFakerModule(module: unknown): module is FakerModule {
  return typeof module === "object" && module !== null && "Faker" in module && "en" in module && "base" in module;
}

/** `person.fullName`: a method of a module that the instance itself holds. */
function methodOf(faker: object, name: string): ((...parameters: readonly unknown[]) => unknown) | undefined {
  const [moduleName = "", methodName = "", ...rest] = name.split(".");
  if (rest.length > 0 || forbiddenNames.has(methodName) || methodName.startsWith("_")) return undefined;
  const holder: unknown = Object.hasOwn(faker, moduleName) ? Reflect.get(faker, moduleName) : undefined;
  if (typeof holder !== "object" || holder === null) return undefined;
  const method: unknown = Reflect.get(holder, methodName);
  return typeof method === "function"
    ? (...parameters) => Reflect.apply(method, holder, parameters) as unknown
    : undefined;
}
