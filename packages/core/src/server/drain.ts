import type { Scheduler } from "../clock.ts";
import { BackworksError } from "../errors.ts";
import type { App, Route } from "../model/app.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import type { ConnectMount } from "../plugin.ts";

/** What is asked to end gets this long, in milliseconds, before it is cut. */
const partingMs = 1000;

/** How the end of a generation goes. */
export interface DrainParts {
  /** The generation that serves now. */
  current(): Generation;
  readonly scheduler: Scheduler;
  /** How long requests get. */
  readonly limitMs: number;
}

/**
 * Waits until nothing of a generation is under way.
 *
 * What is still there when the time is up belongs to the present generation from then on, if its endpoint is the same there:
 * a stream, a WebSocket, a long download. Anything else is ended.
 */
export async function drainGeneration(before: Generation, { current, scheduler, limitMs }: DrainParts): Promise<void> {
  const { traffic } = before;
  if (await isDone(traffic.drained(), scheduler, limitMs)) return;
  handOver(before, current());
  for (const exchange of traffic.underWay()) part(exchange);
  if (await isDone(traffic.drained(), scheduler, partingMs)) return;
  for (const { message } of traffic.underWay()) message.socket.destroy();
  await traffic.drained();
}

/** Whether something is done before the time is up. */
async function isDone(done: Promise<void>, scheduler: Scheduler, limitMs: number): Promise<boolean> {
  if (limitMs === Infinity) return done.then(() => true);
  let cancel = (): void => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = scheduler.after(limitMs, () => resolve(false));
  });
  const inTime = await Promise.race([done.then(() => true), late]);
  cancel();
  return inTime;
}

function handOver(before: Generation, next: Generation): void {
  const heirs = new Map(next.app.routes.map((route) => [route.info?.id, route]));
  for (const exchange of before.traffic.underWay()) {
    const heir = heirOf(exchange.matched, heirs, { before: before.app, next: next.app });
    if (heir === undefined) continue;
    before.traffic.end(exchange);
    exchange.generation = next;
    // Plugins that ended with the generation before are told nothing of it any more.
    exchange.matched = heir;
    next.traffic.begin(exchange);
  }
}

interface Succession {
  readonly before: App;
  readonly next: App;
}

/** The route that stands for the same in the next App. */
function heirOf(
  route: Route | undefined,
  heirs: ReadonlyMap<string | undefined, Route>,
  apps: Succession,
): Route | undefined {
  // Nothing matched: something mounted answers, or middleware, and nobody can tell which.
  if (route?.info === undefined) return keepsMounts(apps) ? route : undefined;
  const heir = heirs.get(route.info.id);
  if (heir === undefined) return undefined;
  const isSame = heir.handler === route.handler || (heir.upgrade !== null && heir.upgrade === route.upgrade);
  return isSame || keepsEndpoint(route.info.endpoint, apps) ? heir : undefined;
}

function keepsEndpoint(name: string, { before, next }: Succession): boolean {
  const hashIn = (app: App): string | undefined => app.endpoints.find((endpoint) => endpoint.name === name)?.hash;
  const hash = hashIn(before);
  return hash !== undefined && hash === hashIn(next);
}

function keepsMounts({ before, next }: Succession): boolean {
  const holdsAll = (mounts: readonly ConnectMount[], others: readonly ConnectMount[]): boolean =>
    mounts.every(({ handler, path }) => others.some((other) => other.handler === handler && other.path === path));
  return holdsAll(before.mounts, next.mounts) && holdsAll(before.middleware, next.middleware);
}

/** Asks the end of what may not stay: a handler that listens to its signal may still answer. */
function part(exchange: LiveExchange): void {
  const { answer } = exchange;
  exchange.abort(new BackworksError("BW_GENERATION_ENDED"));
  exchange.isLast = true;
  if (exchange.upgraded !== undefined) dismiss(exchange, "the endpoint changed");
  else if (answer.headersSent) answer.destroy();
}

/** The server goes down: connections that were taken over are asked to end, and cut when they do not. */
export function dismissUpgraded(exchanges: readonly LiveExchange[], scheduler: Scheduler): void {
  for (const exchange of exchanges) {
    if (exchange.upgraded === undefined) continue;
    const { socket } = exchange.message;
    const cancel = scheduler.after(partingMs, () => socket.destroy());
    socket.once("close", cancel);
    dismiss(exchange, "the server goes down");
  }
}

/** Asks a connection that was taken over to end; nothing for any other. Source: RFC 6455, 7.4.1: 1001 is going away. */
function dismiss({ upgraded, message, generation }: LiveExchange, reason: string): void {
  try {
    upgraded?.close(1001, reason);
  } catch (error) {
    generation.logger.error("a connection was not closed well", { error });
    message.socket.destroy();
  }
}
