import { keyOf } from "../catalog/catalog.ts";
import type { Catalog, Routine } from "../catalog/catalog.ts";
import { refusals } from "../refusal.ts";
import { nearest } from "./nearest.ts";

/** What a call brings. */
export interface CallWanted {
  readonly schema: string;
  readonly name: string;
  /** Names of the arguments. */
  readonly names: readonly string[];
  /** Types that the body may be as a whole; `undefined` of a call that has none. */
  readonly bodyTypes: readonly string[] | undefined;
  /** Whether only the body as a whole will do. */
  readonly wholeBody: boolean;
}

/** The function that takes what is given. @throws Refused with PGRST202, PGRST203 */
export function findRoutine(catalog: Catalog, wanted: CallWanted): Routine {
  const { schema, name, names, wholeBody } = wanted;
  const all = catalog.routines.get(keyOf(schema, name)) ?? [];
  const whole = all.filter((routine) => takesBody(routine, wanted.bodyTypes));
  const named = wholeBody ? [] : all.filter((routine) => takes(routine, names));
  const found = named.length > 0 ? named : whole;
  const [routine, second] = found;
  if (routine === undefined) throw missing(catalog, wanted);
  if (second === undefined) return routine;
  throw refusals.ambiguousRoutine(found.map(signatureOf));
}

/** Whether a function is given the body as it is: it has one parameter, without a name. */
export function takesWhole({ parameters }: Routine): boolean {
  return parameters.length === 1 && parameters[0]?.name === "";
}

/** Whether what is in a body is of the type that a function takes as a whole. */
function takesBody(routine: Routine, types: readonly string[] | undefined): boolean {
  return takesWhole(routine) && routine.parameters.some(({ type }) => types?.includes(type));
}

function takes({ parameters }: Routine, names: readonly string[]): boolean {
  const known = parameters.map(({ name }) => name);
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return names.every((name) => known.includes(name)) && required.every((name) => names.includes(name));
}

function signatureOf({ schema, name, parameters }: Routine): string {
  return `${schema}.${name}(${parameters.map((one) => `${one.name} => ${one.type}`).join(", ")})`;
}

function missing(catalog: Catalog, wanted: CallWanted): Error {
  const { schema, name, names, wholeBody } = wanted;
  const alone = aloneWords(wanted);
  const asked = names.toSorted();
  const list = asked.length === 0 ? " without parameters" : `(${asked.join(", ")})`;
  const or = alone === "" ? "" : ` or${alone}`;
  return refusals.routine(
    `Could not find the function ${schema}.${name}${wholeBody ? "" : list} in the schema cache`,
    `Searched for the function ${schema}.${name}${wholeBody ? alone : parameterWords(asked) + or}, but no matches were found in the schema cache.`,
    wholeBody ? undefined : hintOf(catalog, wanted),
  );
}

function parameterWords(names: readonly string[]): string {
  if (names.length === 0) return " without parameters";
  return ` with parameter${names.length === 1 ? "" : "s"} ${names.join(", ")}`;
}

/** What a body as a whole would be given to. */
function aloneWords({ bodyTypes }: CallWanted): string {
  const [first] = bodyTypes ?? [];
  return first === undefined ? "" : ` with a single unnamed ${first === "json" ? "json/jsonb" : first} parameter`;
}

/** What names and lists of parameters must be alike by to be a help. */
const leastAlike = { name: 0.75, list: 0.33 } as const;

/** Another function, or other parameters of the one that is meant. */
function hintOf(catalog: Catalog, { schema, name, names }: CallWanted): string | undefined {
  const same = catalog.routines.get(keyOf(schema, name)) ?? [];
  const near = same.length > 0 ? nearest(listOf(names), same.map(parametersOf), leastAlike.list) : undefined;
  if (near !== undefined) return `Perhaps you meant to call the function ${schema}.${name}${near.name}`;
  if (same.length > 0) return undefined;
  const others = [...catalog.routines.values()].flat().filter((routine) => routine.schema === schema);
  const other = nearest(
    name,
    others.map((one) => one.name),
    leastAlike.name,
  );
  return other && `Perhaps you meant to call the function ${schema}.${other.name}`;
}

function parametersOf({ parameters }: Routine): string {
  return listOf(parameters.map(({ name }) => name));
}

function listOf(names: readonly string[]): string {
  return `(${names.toSorted().join(", ")})`;
}
