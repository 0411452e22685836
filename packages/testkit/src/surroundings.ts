import http from "node:http";
import https from "node:https";

/** Parts of the process that every plugin shares with all others. */
export const surroundingKinds = ["globals", "environment", "built-ins", "working directory"] as const;

/** A part of the process. */
export type SurroundingKind = (typeof surroundingKinds)[number];

/** How the process is: by kind, by name. */
export type Surroundings = Readonly<Record<SurroundingKind, ReadonlyMap<string, unknown>>>;

const prototypes = { Object, Array, String, Function, Promise, Map, Date, Error };
const functions = ["fetch", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"];

/** How the process is at this moment. */
export function readSurroundings(): Surroundings {
  return {
    globals: new Map(Object.getOwnPropertyNames(globalThis).map((name) => [name, true])),
    environment: new Map(Object.entries(process.env)),
    "built-ins": new Map([...prototypeMembers(), ...builtInFunctions()]),
    "working directory": new Map([["cwd", process.cwd()]]),
  };
}

/** Names that were added, changed or removed, by kind. */
export function changesOf(
  before: Surroundings,
  after: Surroundings,
): Readonly<Record<SurroundingKind, readonly string[]>> {
  const entries = surroundingKinds.map((kind) => [kind, namesChanged(before[kind], after[kind])] as const);
  // One entry for each kind.
  return Object.fromEntries(entries) as Record<SurroundingKind, readonly string[]>;
}

function namesChanged(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}

function prototypeMembers(): [string, unknown][] {
  return Object.entries(prototypes).flatMap(([name, { prototype }]) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([key, { value, get }]): [string, unknown] => [
      `${name}.prototype.${key}`,
      value ?? get,
    ]),
  );
}

function builtInFunctions(): [string, unknown][] {
  const live = functions.map((name): [string, unknown] => [name, Reflect.get(globalThis, name)]);
  const members: [string, object, readonly string[]][] = [
    ["JSON", JSON, ["parse", "stringify"]],
    ["Math", Math, ["random"]],
    ["Date", Date, ["now"]],
    ["http", http, ["request", "get", "createServer"]],
    ["https", https, ["request", "get"]],
  ];
  return [
    ...live,
    ...members.flatMap(([name, owner, keys]) =>
      keys.map((key): [string, unknown] => [`${name}.${key}`, Reflect.get(owner, key)]),
    ),
  ];
}

/** How many listeners the process has, by event. */
export function countListeners(): ReadonlyMap<string, number> {
  return new Map(process.eventNames().map((event) => [String(event), process.listenerCount(event)]));
}
