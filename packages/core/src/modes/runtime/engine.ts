import { availableParallelism } from "node:os";
import type { Exchange, Handler } from "../../exchange.ts";
import { isBackworksError } from "../../errors.ts";
import { invalidConfig } from "../../invalid-config.ts";
import type { EndpointSource, ModeContext } from "../../mode.ts";
import { createGuardian } from "./guests/guardian.ts";
import { placeOf, prepareLaunch } from "./launch.ts";
import type { LaunchWorld, Prepared } from "./launch.ts";
import { toLoadError } from "./load-error.ts";
import type { RuntimeOptions, RuntimesOptions } from "./options.ts";
import { wholeOptions } from "./options.ts";
import { isFailure, Pool } from "./pool.ts";
import { createServices, missingServices } from "./services.ts";
import { placeInStack, writePlace } from "./stack-place.ts";
import type { EndpointState } from "./state.ts";
import { createStates } from "./state.ts";
import { createTurns } from "./turns.ts";
import type { Failure, WireRequest } from "./wire.ts";

/** What the endpoints of Apps that follow each other share. */
export interface Engine {
  /** Starts what answers an endpoint. @throws what is wrong with the configuration of it */
  open(endpoint: EndpointSource, runtimes: RuntimesOptions, context: ModeContext): Opened;
  /** Endpoints whose handlers ended and are not back yet. */
  down(): readonly string[];
  /** Ends what answers an endpoint. */
  end(endpoint: EndpointSource): Promise<void>;
  close(): Promise<void>;
}

/** What answers an endpoint, and when it does. */
export interface Opened {
  /** To be called when it is ready. */
  readonly handler: Handler;
  /** Rejects with what is wrong with the code of the handler. */
  readonly ready: Promise<void>;
}

/** How often the memory of handlers is looked at while they have calls; every so many times otherwise. */
const lookMs = 50;
const idleLooks = 20;

export function createEngine({ scheduler }: Pick<ModeContext, "scheduler">): Engine {
  const opened = new Map<EndpointSource, OpenEndpoint>();
  const guardian = createGuardian();
  const states = createStates();
  // What runs in this thread gains nothing by starting together.
  const [turns, inlineTurns] = [createTurns(mostStarts()), createTurns(1)];
  let looks = 0;
  const stopLooking = scheduler.every(lookMs, () => {
    looks = (looks + 1) % idleLooks;
    for (const { pool } of opened.values()) if (looks === 0 || pool?.isBusy === true) pool?.enforceMemory();
  });
  return {
    open(endpoint, runtimes, context) {
      const options = wholeOptions(endpoint.values["runtime"] as RuntimeOptions | string);
      const prepared = prepare(endpoint, options, { context, runtimes, guardian });
      const own = new OpenEndpoint(states.hold(endpoint));
      opened.set(endpoint, own);
      const { take } = prepared.launch.isolation === "inline" ? inlineTurns : turns;
      return {
        handler: (exchange) => own.call(toWireRequest(exchange, options.body), exchange.signal),
        ready: own.start(take(() => openPool(prepared, { endpoint, options, context, state: own.state }))),
      };
    },
    down: () => [...opened].flatMap(([{ name }, { pool }]) => (pool?.isDown === true ? [name] : [])),
    async end(endpoint) {
      const own = opened.get(endpoint);
      if (own === undefined) return;
      await own.settled;
      opened.delete(endpoint);
      states.release(endpoint);
      await own.pool?.close();
    },
    async close() {
      stopLooking();
      await Promise.all([...opened.values()].map(({ settled }) => settled));
      await Promise.all([...opened.values()].flatMap(({ pool }) => pool?.close() ?? []));
      guardian.close();
    },
  };
}

/** What answers one endpoint. */
class OpenEndpoint {
  readonly state: EndpointState;
  /** `undefined` until it has started, and when it could not. */
  pool: Pool | undefined = undefined;
  /** Resolves when it has started or could not. */
  settled: Promise<void> = Promise.resolve();

  constructor(state: EndpointState) {
    this.state = state;
  }

  /** Resolves when it may be called. */
  start(opening: Promise<Pool>): Promise<void> {
    const ready = opening.then((pool) => void (this.pool = pool));
    this.settled = ready.catch(() => {});
    return ready;
  }

  call(request: WireRequest, signal: AbortSignal): ReturnType<Pool["call"]> {
    // Nobody calls it before it is ready.
    return (this.pool as Pool).call(request, signal);
  }
}

/** Handlers that start at the same time: what one waits for leaves a processor to another. */
function mostStarts(): number {
  return Math.min(Math.max(availableParallelism(), 2), 8);
}

/** Says what is wrong with the configuration of a handler before anything is started. @throws BW_RUNTIME_SERVICE and what `prepareLaunch` does */
function prepare(endpoint: EndpointSource, options: RuntimeOptions, world: LaunchWorld): Prepared {
  const missing = missingServices(endpoint, options, world.context);
  if (missing.length > 0) throw invalidConfig([...missing]);
  return prepareLaunch(endpoint, options, world);
}

interface World {
  readonly endpoint: EndpointSource;
  readonly options: RuntimeOptions;
  readonly context: ModeContext;
  readonly state: EndpointState;
}

async function openPool({ language, launch }: Prepared, { endpoint, options, context, state }: World): Promise<Pool> {
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
    ask: createServices(context, options, state),
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
