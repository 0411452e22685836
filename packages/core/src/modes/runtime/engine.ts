import type { Handler, Exchange } from "../../exchange.ts";
import { isBackworksError } from "../../errors.ts";
import { invalidConfig } from "../../invalid-config.ts";
import type { EndpointSource, ModeContext } from "../../mode.ts";
import { createGuardian } from "./guests/guardian.ts";
import type { Guardian } from "./guests/guardian.ts";
import { placeOf, prepareLaunch } from "./launch.ts";
import { toLoadError } from "./load-error.ts";
import type { RuntimeOptions, RuntimesOptions } from "./options.ts";
import { wholeOptions } from "./options.ts";
import { isFailure, Pool } from "./pool.ts";
import { createServices, missingServices } from "./services.ts";
import { placeInStack, writePlace } from "./stack-place.ts";
import type { EndpointState } from "./state.ts";
import { createStates } from "./state.ts";
import type { Failure, WireRequest } from "./wire.ts";

/** What the endpoints of Apps that follow each other share. */
export interface Engine {
  /** Starts what answers an endpoint. @throws what is wrong with it */
  open(endpoint: EndpointSource, runtimes: RuntimesOptions, context: ModeContext): Promise<Handler>;
  /** Endpoints whose handlers ended and are not back yet. */
  down(): readonly string[];
  /** Ends what answers an endpoint. */
  end(endpoint: EndpointSource): Promise<void>;
  close(): Promise<void>;
}

/** How often the memory of handlers is looked at while they have calls; every so many times otherwise. */
const lookMs = 50;
const idleLooks = 20;

export function createEngine({ scheduler }: Pick<ModeContext, "scheduler">): Engine {
  const pools = new Map<EndpointSource, Pool>();
  const guardian = createGuardian();
  const states = createStates();
  let looks = 0;
  const stopLooking = scheduler.every(lookMs, () => {
    looks = (looks + 1) % idleLooks;
    for (const pool of pools.values()) if (looks === 0 || pool.isBusy) pool.enforceMemory();
  });
  return {
    async open(endpoint, runtimes, context) {
      const options = wholeOptions(endpoint.values["runtime"] as RuntimeOptions | string);
      const state = states.hold(endpoint);
      try {
        const pool = await openPool(endpoint, options, { context, runtimes, guardian, state });
        pools.set(endpoint, pool);
        return toHandler(pool, options);
      } catch (error) {
        states.release(endpoint);
        throw error;
      }
    },
    down: () => [...pools].flatMap(([{ name }, pool]) => (pool.isDown ? [name] : [])),
    async end(endpoint) {
      const pool = pools.get(endpoint);
      // What could not be opened has been let go of already.
      if (pool === undefined) return;
      pools.delete(endpoint);
      states.release(endpoint);
      await pool.close();
    },
    async close() {
      stopLooking();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      guardian.close();
    },
  };
}

interface World {
  readonly context: ModeContext;
  readonly runtimes: RuntimesOptions;
  readonly guardian: Guardian;
  readonly state: EndpointState;
}

async function openPool(endpoint: EndpointSource, options: RuntimeOptions, world: World): Promise<Pool> {
  const { context } = world;
  const missing = missingServices(endpoint, options, context);
  if (missing.length > 0) throw invalidConfig([...missing]);
  const { language, launch } = prepareLaunch(endpoint, options, world);
  const { root } = endpoint.files;
  const pool = new Pool({
    ...launch,
    endpoint: endpoint.name,
    start: await language.start(launch),
    // The sandbox has the limit for itself; what is around it needs some too.
    memoryBytes: launch.memoryBytes + (launch.isolation === "wasm" ? sandboxBytes : 0),
    workers: launch.isolation === "inline" ? 1 : options.workers,
    queue: options.queue,
    random: context.random,
    placeOf(stack) {
      const place = placeInStack(stack, root);
      return place && writePlace(place, root);
    },
    ask: createServices(context, options, world.state),
  });
  try {
    await openInTime(pool, context);
    return pool;
  } catch (failure) {
    if (isBackworksError(failure) || !isFailure(failure)) throw failure;
    throw toLoadError(failure, {
      handler: nameOf(options.handler),
      files: endpoint.files,
      place: placeOf(endpoint, "handler"),
    });
  }
}

/** What a thread has besides what runs in its sandbox. */
const sandboxBytes = 64 * 1024 * 1024;

/** Time in which a handler must be loaded. */
const loadMs = 10_000;

const tooLate: Failure = { message: `it was not loaded within ${loadMs} ms` };

async function openInTime(pool: Pool, { scheduler }: ModeContext): Promise<void> {
  let late = false;
  const cancel = scheduler.after(loadMs, () => {
    late = true;
    void pool.close();
  });
  try {
    await pool.open();
  } catch (failure) {
    // oxlint-disable-next-line only-throw-error -- what `open` rejects with
    throw late ? tooLate : failure;
  } finally {
    cancel();
  }
}

function nameOf(handler: string): string {
  return handler.includes("\n") ? "in the configuration" : handler;
}

function toHandler(pool: Pool, { body }: RuntimeOptions): Handler {
  return (exchange) => pool.call(toWireRequest(exchange, body), exchange.signal);
}

function toWireRequest({ id, request }: Exchange, body: RuntimeOptions["body"]): WireRequest {
  const { received } = request;
  return {
    id,
    method: request.method,
    url: request.url,
    path: request.path,
    path_params: { ...request.params },
    query_params: { ...request.query },
    headers: request.headers,
    // A copy: what crosses to a thread takes all of the memory with it that it is a part of.
    body: body === "bytes" ? new Uint8Array(received?.bytes ?? []) : (received?.value ?? null),
    ip: request.ip,
  };
}
