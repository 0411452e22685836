import type { IncomingMessage, ServerResponse } from "node:http";
import type express from "express";
import type { ErrorRequestHandler } from "express";
import { BackworksError, isBackworksError } from "../errors.ts";
import type { ConnectHandler, ConnectMount, ExpressRouter } from "../plugin.ts";
import { describeThrown } from "../thrown.ts";
import { ApiAnswer, ApiMessage } from "./messages.ts";

type Express = typeof express;
type Application = ReturnType<Express>;
type Handler = ReturnType<Express["Router"]>;

let loaded: Promise<Express> | undefined;

/** An `express.Router()`, whose handlers find what Express gives them on our requests and responses. */
export async function createExpressRouter(): Promise<ExpressRouter> {
  const express = await loadExpress();
  // Its handlers are Express's own types, which ours describe without naming them.
  return express.Router() as unknown as ExpressRouter;
}

/** What is mounted, and the plugin that brings it. */
type Mount = ConnectMount & { readonly plugin?: string; failed?(error: unknown): void };

/** One handler that asks everything mounted, in order; `null` when nothing is. */
export async function hostMounts(mounts: readonly Mount[]): Promise<ConnectHandler | null> {
  if (mounts.length === 0) return null;
  const express = await loadExpress();
  const host = express.Router();
  for (const { path = "/", handler, plugin, failed } of mounts) {
    adoptApplication(handler);
    // Express asks nothing of a handler but that it is one.
    host.use(path, handler as unknown as Handler);
    if (plugin !== undefined) host.use(blame(plugin, path, failed));
  }
  return (message, answer, next) => {
    prepare(message, answer);
    // The host is called with messages that were given Express's helpers.
    (host as unknown as ConnectHandler)(message, answer, next);
  };
}

/** Takes an error that comes from the mount before it: it is that plugin's, unless it says what the client did wrong. */
function blame(plugin: string, path: string, failed?: (error: unknown) => void): ErrorRequestHandler {
  // Express knows a handler of errors by its four parameters.
  // oxlint-disable-next-line max-params
  return (thrown: unknown, _request, _response, next) => {
    const exposed = thrown instanceof Error && "expose" in thrown && thrown.expose === true;
    if (exposed || isBackworksError(thrown)) return next(thrown);
    failed?.(thrown);
    const problem = describeThrown(thrown).message;
    next(new BackworksError("BW_PLUGIN_FAILED", { plugin, step: `its route ${path}`, problem }, { cause: thrown }));
  };
}

/** Loads Express on first need; from then on requests and responses of our servers have its helpers. */
function loadExpress(): Promise<Express> {
  return (loaded ??= import("express").then(({ default: express }) => {
    lendHelpers(express);
    return express;
  }));
}

/** Applications whose own settings a request is under; the one of ours otherwise. */
const applications = new WeakMap<object, Application>();

/**
 * Puts Express's helpers on the prototypes of our servers' messages, once.
 *
 * An application would set the prototype of every message instead, which makes Node 20 give up its optimisations for the
 * whole process; see docs/adr/0005 and bench/results.
 */
function lendHelpers(express: Express): void {
  const host = express();
  host.disable("x-powered-by");
  for (const [prototype, helpers] of [
    [ApiMessage.prototype, express.request],
    [ApiAnswer.prototype, express.response],
  ] as const) {
    Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(helpers));
    Object.defineProperty(prototype, "app", { configurable: true, get: (): Application => host });
  }
  Object.defineProperty(ApiMessage.prototype, "app", appOf(host));
  Object.defineProperty(ApiAnswer.prototype, "app", appOf(host));
}

function appOf(host: Application): PropertyDescriptor {
  return {
    configurable: true,
    get(this: object) {
      return applications.get(this) ?? host;
    },
    set(this: object, app: Application) {
      applications.set(this, app);
    },
  };
}

/** What an application does for its requests before its router sees them. */
function prepare(message: IncomingMessage, answer: ServerResponse): void {
  if (!(message instanceof ApiMessage) && !("app" in message)) {
    // A plain server of somebody else's mounted us: its messages are given the helpers one by one.
    Object.setPrototypeOf(message, ApiMessage.prototype);
    Object.setPrototypeOf(answer, ApiAnswer.prototype);
  }
  const response = Object.assign(answer, { locals: Object.create(null) as object });
  Object.assign(message, { res: response });
}

/**
 * Makes a whole Express 5 application leave the prototypes of our messages as they are: what it would set is what they have.
 *
 * One with helpers of its own, or of another major version, stays as it is and pays Express's price.
 */
function adoptApplication(handler: ConnectHandler): void {
  if (!isApplication(handler) || "lazyrouter" in handler || hasOwnHelpers(handler)) return;
  const { handle } = handler;
  Object.assign(handler, { request: ApiMessage.prototype, response: ApiAnswer.prototype });
  handler.handle = function handleUnder(message, answer, next) {
    applications.set(message, handler);
    applications.set(answer, handler);
    handle.call(handler, message, answer, (error?: unknown) => {
      applications.delete(message);
      applications.delete(answer);
      next(error);
    });
  };
}

type Mounted = Application & { handle: (message: object, answer: object, next: (error?: unknown) => void) => void };

function isApplication(handler: ConnectHandler): handler is ConnectHandler & Mounted {
  return "handle" in handler && "set" in handler && "request" in handler && "response" in handler;
}

function hasOwnHelpers({ request, response }: Application): boolean {
  return [request, response].some((helpers) => Object.keys(helpers).some((key) => key !== "app"));
}
