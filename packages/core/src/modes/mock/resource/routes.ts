import type { Exchange, JsonValue, MaybePromise, ResponseInit } from "../../../exchange.ts";
import { parsePathPattern } from "../../../path-pattern.ts";
import type { Plans } from "../../../query/memory/plans.ts";
import type { Row } from "../../../query/tree.ts";
import { Mistakes } from "../mistakes.ts";
import type { Session } from "../session.ts";
import type { Answer, Call } from "./call.ts";
import { findItem, notFound } from "./call.ts";
import type { Collection } from "./collection.ts";
import { list, read } from "./read.ts";
import type { ResourceRoute, ResourceSource } from "./resource.ts";
import { wrong } from "./seeds.ts";
import { create, patch, patchAll, remove, removeAll, replace } from "./write.ts";

/** What routes find others by. */
export interface RouteWorld {
  /** Every collection of the App, by name; complete when requests come. */
  readonly collections: ReadonlyMap<string, Collection>;
  /** Query parameters that are no columns. */
  readonly ignored: readonly string[];
  /** Compiled queries. */
  readonly plans: Plans;
}

const ofCollection: ReadonlyMap<string, Answer> = new Map([
  ["GET", list],
  ["POST", create],
  ["PATCH", patchAll],
  ["DELETE", removeAll],
]);

const reading: ReadonlySet<string> = new Set(["GET", "HEAD"]);

const ofItem: ReadonlyMap<string, Answer> = new Map([
  ["GET", read],
  ["PUT", replace],
  ["PATCH", patch],
  ["DELETE", remove],
]);

/** Refuses a path that is not a collection's and methods a collection does not have. @throws BW_CONFIG_INVALID */
export function checkAddress({ path, methods, options, place }: ResourceSource): void {
  const mistakes = new Mistakes(place);
  const { segments, wildcard } = parsePathPattern(path);
  if (wildcard || segments.at(-1)?.some((part) => part.kind === "parameter")) {
    wrong(mistakes, [], `needs the path of the whole collection, not ${path}: the path of an item is made from it`);
  }
  const known = new Set([...ofCollection.keys(), ...ofItem.keys(), "HEAD", "OPTIONS"]);
  for (const method of methods ?? []) if (!known.has(method)) wrong(mistakes, [], `does not answer ${method}`);
  for (const name of Object.keys(options.relations)) {
    if (!/^[A-Za-z_][\w-]*$/.test(name))
      wrong(mistakes, ["relations", name], "must be letters, digits, - and _: it is part of a path");
  }
  mistakes.throwIfAny();
}

/** The routes of a collection, of its items, and of the collections below an item. */
export function routesOf(source: ResourceSource, collection: Collection, world: RouteWorld): ResourceRoute[] {
  const base = baseOf(source.path);
  const parents = parsePathPattern(source.path).parameters;
  const itemName = itemNameOf(source.path, collection);
  const allows = (method: string): boolean =>
    source.methods === undefined ||
    source.methods.includes(method) ||
    (method === "GET" && source.methods.includes("HEAD"));

  function callOf(exchange: Exchange, session: Session): Call {
    const table = collection.table(session);
    const fixed: Record<string, JsonValue> = {};
    for (const name of parents)
      fixed[name] = typed(exchange.request.params[name] ?? "", table.rows().next().value?.[name]);
    return { exchange, session, collection, table, fixed, ...world };
  }

  const routes = pair({ base, itemName, allows, callOf });
  for (const [name, relation] of Object.entries(source.options.relations)) {
    const below = relatedCalls({ ...relation, itemName, callOf }, world);
    routes.push(
      ...pair({ base: `${base}/{${itemName}}/${name}`, itemName: `${name}_${itemName}`, allows, callOf: below }),
    );
  }
  return routes;
}

/** Path of an item of a collection. */
export function itemPathOf(path: string, collection: Collection): string {
  return `${baseOf(path)}/{${itemNameOf(path, collection)}}`;
}

function baseOf(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}

function itemNameOf(path: string, { identity }: Collection): string {
  return parsePathPattern(path).parameters.includes("id") ? `${identity.field}_of_item` : "id";
}

interface Pair {
  /** Path of the collection, without a slash at the end. */
  readonly base: string;
  /** Name of the parameter that holds the id. */
  readonly itemName: string;
  readonly allows: (method: string) => boolean;
  readonly callOf: (exchange: Exchange, session: Session) => Call;
}

/** A collection and its items. */
function pair({ base, itemName, allows, callOf }: Pair): ResourceRoute[] {
  function route(path: string, answers: ReadonlyMap<string, Answer>): ResourceRoute[] {
    const methods = [...answers.keys()].filter(allows);
    if (methods.length === 0) return [];
    return [
      {
        methods,
        path,
        answer(exchange, session) {
          const { method, params } = exchange.request;
          const answer = answers.get(method === "HEAD" ? "GET" : method);
          if (answer === undefined) throw new TypeError(`no answer to ${method} was compiled`);
          const call = callOf(exchange, session);
          const response = answer(call, String(params[itemName] ?? ""));
          if (reading.has(method)) return response;
          return response instanceof Promise
            ? response.then((answered) => afterSave(call, answered))
            : afterSave(call, response);
        },
      },
    ];
  }
  return [...route(base === "" ? "/" : base, ofCollection), ...route(`${base}/{${itemName}}`, ofItem)];
}

/** Whoever is told that a row is stored finds it after a crash, too. */
function afterSave({ collections, session }: Call, response: ResponseInit): MaybePromise<ResponseInit> {
  const saves = [...collections.values()].map((one) => one.saved(session)).filter((saved) => saved !== undefined);
  return saves.length === 0 ? response : Promise.all(saves).then(() => response);
}

interface Related {
  readonly resource: string;
  readonly key: string;
  /** Name of the parameter that holds the parent's id. */
  readonly itemName: string;
  readonly callOf: Pair["callOf"];
}

/** Calls to a collection below an item: its rows hold the item's id in the field `key`. */
function relatedCalls({ resource, key, itemName, callOf }: Related, { collections }: RouteWorld): Pair["callOf"] {
  return (exchange, session) => {
    const parent = callOf(exchange, session);
    const text = String(exchange.request.params[itemName] ?? "");
    const item = findItem(parent, text);
    if (item?.row === undefined) throw notFound(parent, text);
    const collection = collections.get(resource);
    if (collection === undefined) throw new TypeError(`the relation to ${resource} was not linked`);
    const fixed: Row = { [key]: item.id };
    return { ...parent, collection, table: collection.table(session), fixed };
  };
}

/** A parameter with the type the rows have. */
function typed(value: string | number, sample: JsonValue | undefined): string | number {
  const number = Number(value);
  return typeof sample === "number" && value !== "" && !Number.isNaN(number) ? number : value;
}
