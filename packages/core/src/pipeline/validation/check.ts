import type { FieldMap } from "../../exchange.ts";
import type { Check } from "../../model/app.ts";
import type { RouteValidation } from "../../model/validation.ts";
import type { LiveExchange } from "../exchange.ts";
import type { LiveRequest } from "../request.ts";
import { bodyStep } from "./body-step.ts";
import type { CompiledPart } from "./compile.ts";
import type { Fields } from "./field.ts";
import type { Part } from "./sources.ts";
import { parts as order } from "./sources.ts";
import { addViolations, refuse } from "./refuse.ts";
import type { Found, Step } from "./refuse.ts";

/** One check for everything that is said of the requests of a route. */
export function createCheck(parts: readonly CompiledPart[], method: string): RouteValidation | undefined {
  if (parts.length === 0) return undefined;
  const steps = order.flatMap((part) => {
    const own = parts.filter((candidate) => candidate.part === part);
    return own.length === 0 ? [] : [part === "body" ? bodyStep(own, method) : fieldStep(part, own)];
  });
  return { check: toCheck(steps), readsBody: parts.some(({ part }) => part === "body") };
}

function toCheck(steps: readonly Step[]): Check {
  return (exchange) => {
    const found: Found[] = [];
    // Only the pipeline runs checks, and its exchanges are these.
    const { request } = exchange as LiveExchange;
    for (const step of steps) step(request, found);
    if (found.length > 0) throw refuse(found);
  };
}

type FieldPart = Exclude<Part, "body">;

const readers: Readonly<Record<FieldPart, (request: LiveRequest) => Readonly<Record<string, unknown>>>> = {
  path: ({ params }) => params,
  query: ({ query }) => query,
  headers: ({ headers }) => headers,
  cookies: ({ cookies }) => cookies,
};

function fieldStep(part: FieldPart, schemas: readonly CompiledPart[]): Step {
  const read = readers[part];
  const settle = settlers[part](schemas.map(({ fields }) => fields));
  return (request, found) => {
    const given = read(request);
    for (const { check, fields } of schemas) addViolations(found, part, check(fields.read(given)));
    if (found.length === 0) settle?.(request);
  };
}

/** What a handler sees besides what the client sent: defaults as the client would have written them, numbers of the path. */
type Settle = (request: LiveRequest) => void;

const settlers: Readonly<Record<FieldPart, (fields: readonly Fields[]) => Settle | undefined>> = {
  path: (fields) => (request) => {
    const { params } = request;
    let typed: Record<string, string | number> | undefined;
    for (const { names, read } of fields) {
      const values = read(params);
      for (const name of names) {
        const value = values[name];
        if (typeof value !== "number" || params[name] === value || !Object.hasOwn(params, name)) continue;
        typed ??= Object.assign(Object.create(null), params) as Record<string, string | number>;
        typed[name] = value;
      }
    }
    if (typed !== undefined) request.params = typed;
  },
  query: withDefaults((request, defaults) => (request.query = filled(request.query, defaults))),
  cookies: withDefaults((request, defaults) => (request.cookies = filled(request.cookies, defaults))),
  headers: withDefaults(({ headers }, defaults) => {
    for (const [name, value] of defaults) headers[name] ??= typeof value === "string" ? value : value.join(", ");
  }),
};

type Defaults = Fields["defaults"];

function withDefaults(
  fill: (request: LiveRequest, defaults: Defaults) => void,
): (fields: readonly Fields[]) => Settle | undefined {
  return (fields) => {
    const defaults: Defaults = new Map(fields.flatMap((one) => [...one.defaults]));
    return defaults.size === 0 ? undefined : (request) => fill(request, defaults);
  };
}

function filled(given: FieldMap, defaults: Defaults): FieldMap {
  const fields: Record<string, string | readonly string[] | undefined> = Object.assign(Object.create(null), given);
  for (const [name, value] of defaults) fields[name] ??= value;
  return fields;
}
