import type { EndpointSection, RawConfig } from "../config/config.ts";
import { BackworksError } from "../errors.ts";
import type { Place } from "../errors.ts";
import type { Handler, RouteInfo, UpgradeHandler } from "../exchange.ts";
import type { HandlerNeeds, Mode, RouteDraft } from "../mode.ts";
import type { HandlerRoute } from "../plugin.ts";
import { pathShape } from "../path-pattern.ts";
import type { Route, RouteHooks } from "./app.ts";
import { toRoute } from "./built-in.ts";
import type { RouteLimits, RoutePlan } from "./built-in.ts";
import type { Mistakes } from "./mistakes.ts";
import { toRouteLimits } from "./settings.ts";
import type { SaidLimits } from "./settings.ts";
import type { EndpointValidation, RouteValidation } from "./validation.ts";

/** Finds what the hooks of all plugins come to on one route; parts are `undefined` for requests nothing matches. */
export type FindHooks = (route: {
  readonly endpoint: string | undefined;
  readonly method: string | undefined;
  readonly mode: string | undefined;
}) => RouteHooks;

/** The check that limits how often an endpoint is asked; of what no endpoint answers when there is none. */
export type FindLimit = (endpoint: EndpointSection | undefined) => Route["limit"];

/** Remembers which method and path is answered, and refuses the second that answers the same. */
export type ClaimRoute = (route: {
  readonly method: string;
  readonly pattern: string;
  readonly endpoint: string;
  /** Of the pattern, where it is known. */
  readonly shape?: string | undefined;
}) => string | undefined;

export function createClaims(): ClaimRoute {
  const claimed = new Map<string, string>();
  return ({ method, pattern, endpoint, shape = pathShape(pattern) }) => {
    const key = `${method} ${shape}`;
    const first = claimed.get(key);
    if (first === undefined) claimed.set(key, endpoint);
    return first;
  };
}

/** What `toRoutes` needs besides the endpoint. */
export interface RouteContext {
  readonly raw: RawConfig;
  readonly claim: ClaimRoute;
  readonly findHooks: FindHooks;
  readonly findLimit: FindLimit;
  readonly mistakes: Mistakes;
  /** What holds for an endpoint that says nothing else. */
  readonly limits: RouteLimits;
  /** What the configuration says of that itself. */
  readonly saidLimits: SaidLimits;
  /** Whether the access log wants the bodies of requests, whoever else does. */
  readonly logsBody: boolean;
  /** Has a handler run in one process for all that serve; `undefined` when one process serves. */
  readonly inOnePlace?: PutInOnePlace | undefined;
}

/** Makes a handler run in one process, wherever it is asked. */
export type PutInOnePlace = (handler: Handler) => Handler;

interface PlacedHandler {
  readonly path: string;
  readonly handler: Handler;
  readonly upgrade: UpgradeHandler | undefined;
  readonly onePlace: boolean | undefined;
  where(): Place;
}

/** @throws BW_WORKERS_UPGRADE: a connection that was taken over cannot go on in another process */
function placed({ path, handler, upgrade, onePlace, where }: PlacedHandler, inOnePlace?: PutInOnePlace): Handler {
  if (onePlace !== true || inOnePlace === undefined) return handler;
  if (upgrade !== undefined) throw new BackworksError("BW_WORKERS_UPGRADE", { path }, { where: where() });
  return inOnePlace(handler);
}

/** What a draft says for itself, otherwise what its mode says for all. */
function needsOf(draft: RouteDraft, mode: Mode): HandlerNeeds {
  return draft.needs === undefined ? (mode.needs ?? noNeeds) : { ...mode.needs, ...draft.needs };
}

const noNeeds: HandlerNeeds = Object.freeze({});

/** What an endpoint was made into. */
export interface MadeEndpoint {
  readonly mode: Mode;
  readonly drafts: readonly RouteDraft[];
  readonly validation: EndpointValidation | undefined;
  /** Of everything it was made of. */
  readonly identity: string;
}

/** Turns what a mode made of an endpoint into routes, one for each method. */
export function toRoutes(endpoint: EndpointSection, made: MadeEndpoint, context: RouteContext): Route[] {
  const { mode, drafts, validation, identity } = made;
  const routes: Route[] = [];
  const where = (): Place => context.raw.place([...endpoint.configPath, "path"]);
  for (const draft of drafts) {
    for (const method of draft.methods) {
      const info = infoOf(endpoint, draft, { method, mode, identity });
      const shape = draft.path === endpoint.path ? endpoint.shape : undefined;
      const first = context.claim({ method, pattern: draft.path, endpoint: endpoint.name, shape });
      if (first !== undefined) {
        context.mistakes.add(duplicate(info, first, where()));
        continue;
      }
      const needs = needsOf(draft, mode);
      const { requestBody, onePlace } = needs;
      const checks = checksOf(validation?.of(method, draft.path), requestBody, context);
      // Written out: to spread an object into another takes ten times as long.
      const plan = {
        info,
        handler: placed(
          { path: draft.path, handler: draft.handler, upgrade: draft.upgrade, onePlace, where },
          context.inOnePlace,
        ),
        readBody: checks.readBody,
        soundBody: checks.soundBody,
        validate: checks.validate,
        limits: toRouteLimits(endpoint, needs, context),
        limit: context.findLimit(endpoint),
        explain: draft.explain,
        upgrade: method === "GET" ? draft.upgrade : undefined,
      };
      routes.push(toRoute(plan, context.findHooks({ endpoint: endpoint.name, method, mode: mode.name })));
    }
  }
  return routes;
}

function infoOf(
  { name }: EndpointSection,
  { path, answeredBy }: RouteDraft,
  { method, mode, identity }: { readonly method: string; readonly mode: Mode; readonly identity: string },
): RouteInfo {
  const info = { id: `${name} ${method} ${path}`, endpoint: name, method, pattern: path, mode: mode.name, identity };
  return answeredBy === undefined ? info : { ...info, answeredBy };
}

function duplicate({ endpoint, method, pattern }: RouteInfo, first: string, where: Place): BackworksError {
  const details = { method, path: pattern, first: first === endpoint ? "this endpoint" : `endpoint ${first}` };
  return new BackworksError("BW_CONFIG_DUPLICATE_ROUTE", details, { where });
}

/** What is read and checked before the handler. */
function checksOf(
  validation: RouteValidation | undefined,
  needed: boolean | undefined,
  { logsBody }: Pick<RouteContext, "logsBody">,
): Pick<RoutePlan, "readBody" | "soundBody" | "validate"> {
  const soundBody = needed === true || validation?.readsBody === true;
  return { readBody: logsBody || soundBody, soundBody, validate: validation?.check };
}

/**
 * Routes that plugins answer with handlers.
 *
 * @throws BW_CONFIG_DUPLICATE_ROUTE when an endpoint of the configuration answers the same
 */
export function toPluginRoutes(
  handlers: readonly (HandlerRoute & { readonly plugin: string })[],
  { raw, claim, findHooks, findLimit, logsBody, limits, saidLimits, inOnePlace }: Omit<RouteContext, "mistakes">,
): Route[] {
  const routes: Route[] = [];
  for (const { plugin, name, path, methods = ["GET"], handler, needs = {}, upgrade } of handlers) {
    const endpoint = `${plugin}.${name}`;
    const where = (): Place => raw.keyPlace(["plugins", plugin]);
    for (const method of methods) {
      const info = { id: `${endpoint} ${method} ${path}`, endpoint, method, pattern: path, mode: "plugin" };
      const first = claim(info);
      if (first !== undefined) {
        const hint = `plugin ${plugin} answers it too, with its handler ${name}: give the endpoint another path`;
        throw new BackworksError(
          "BW_CONFIG_DUPLICATE_ROUTE",
          { method, path, first: `endpoint ${first}` },
          { where: where(), hint },
        );
      }
      routes.push(
        toRoute(
          {
            info,
            handler: placed({ path, handler, upgrade, onePlace: needs.onePlace, where }, inOnePlace),
            readBody: logsBody || needs.requestBody,
            soundBody: needs.requestBody,
            limits: toRouteLimits({}, needs, { limits, saidLimits }),
            limit: findLimit(undefined),
            upgrade: method === "GET" ? upgrade : undefined,
          },
          findHooks({ endpoint, method, mode: "plugin" }),
        ),
      );
    }
  }
  return routes;
}
