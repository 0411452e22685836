import type { IncomingMessage, ServerResponse } from "node:http";
import type {
  BackworksResponse,
  Exchange,
  ForwardedTo,
  ResponseInit,
  RouteInfo,
  StateKey,
  TraceContext,
  UpgradedConnection,
} from "../exchange.ts";
import type { HeaderInit } from "../headers.ts";
import type { Match, Route } from "../model/app.ts";
import { toOwnResponse } from "../response.ts";
import type { Generation } from "./generation.ts";
import { inform } from "./inform.ts";
import { acceptRequestId, createRequestId } from "./request-id.ts";
import { LiveRequest } from "./request.ts";
import { continueTrace } from "./trace.ts";
import type { Traffic } from "./traffic.ts";

/** An answer that tells its exchange when the client goes. */
interface WatchedAnswer extends ServerResponse {
  watched?: unknown;
}

function leave(this: WatchedAnswer): void {
  // Nobody else writes it.
  leaveOf(this.watched as LiveExchange);
}

function leaveOf(exchange: LiveExchange): void {
  if (!exchange.answer.writableFinished) exchange.abort();
}

/** The exchange of a request that a server received. Made once per request, always of this shape. */
export class LiveExchange implements Exchange {
  readonly id: string;
  /** Reading of the monotonic clock at the start, milliseconds. */
  readonly startedMonotonic: number;
  readonly request: LiveRequest;
  /** The one that was current at the start. What outlives it on an endpoint that did not change is handed to the one after it. */
  generation: Generation;
  /** Both sides of the connection, for what is mounted. */
  readonly message: IncomingMessage;
  readonly answer: ServerResponse;
  response: BackworksResponse | undefined = undefined;
  forwardedTo: ForwardedTo | undefined = undefined;
  /** What was matched; `undefined` before routing only. */
  matched: Route | undefined = undefined;
  /** Header names and values that say how often the client may still ask; `undefined` when they are not told. */
  standing: readonly string[] | undefined = undefined;
  /** The plugin whose hook gave the response its present body; for the log. */
  bodyFrom: string | undefined = undefined;
  /** Who writes the response: the pipeline, something mounted, who took over the connection, or the server around us. */
  writer: "pipeline" | "mount" | "upgrade" | "outside" = "pipeline";
  /** Passes the request on to the server around us, when there is one and nothing here answers. */
  passOn: ((error?: unknown) => void) | undefined = undefined;
  /** Whether the connection ends with this response. */
  isLast = false;
  /** Whether the handler took too long: what it answers with from then on is dropped. */
  expired = false;
  /** Called at that moment, when it is not the pipeline that writes the answer. */
  onExpiry: ((error: unknown) => void) | undefined = undefined;
  /** The connection, once somebody took it over. */
  upgraded: UpgradedConnection | undefined = undefined;
  /** What plugins have of it; theirs to keep. */
  views: object | undefined = undefined;
  /** What counts it, from the start to the end; with its neighbours there. */
  traffic: Traffic | undefined = undefined;
  younger: LiveExchange | undefined = undefined;
  older: LiveExchange | undefined = undefined;
  readonly #idIsFresh: boolean;
  #startedAt: number | undefined = undefined;
  #trace: TraceContext | undefined = undefined;
  #abort: AbortController | undefined = undefined;
  #onLeave: ((reason: unknown) => void) | undefined = undefined;
  #leaveOf: Map<object, (reason: unknown) => void> | undefined = undefined;
  #isWatched = false;
  #slots: Map<StateKey<unknown> | symbol, unknown> | undefined = undefined;

  constructor(generation: Generation, message: IncomingMessage, answer: ServerResponse) {
    const given = message.headers["x-request-id"];
    const accepted = given === undefined ? undefined : acceptRequestId(given);
    this.id = accepted ?? createRequestId();
    this.#idIsFresh = accepted === undefined;
    this.startedMonotonic = generation.clock.monotonic();
    this.request = new LiveRequest(message, answer, generation.app.server);
    this.generation = generation;
    this.message = message;
    this.answer = answer;
  }

  get route(): RouteInfo | undefined {
    return this.matched?.info;
  }

  get startedAt(): number {
    // Asking for the time costs more than most of what is done for a request, and few want to know.
    const { clock } = this.generation;
    return (this.#startedAt ??= clock.now() - (clock.monotonic() - this.startedMonotonic));
  }

  get trace(): TraceContext {
    const { traceparent, tracestate } = this.request.headers;
    // A fresh request id is as random as a trace id must be: one number names both.
    return (this.#trace ??= continueTrace(traceparent, tracestate, this.#idIsFresh ? this.id : undefined));
  }

  get signal(): AbortSignal {
    return this.#controller().signal;
  }

  onLeave(listener: ((reason: unknown) => void) | undefined): void {
    this.#onLeave = listener;
    if (listener !== undefined) this.#watch();
  }

  /** The same for one of several who each have a listener: it takes nobody's place. */
  onLeaveOf(owner: object, listener: ((reason: unknown) => void) | undefined): void {
    if (listener === undefined) return void this.#leaveOf?.delete(owner);
    (this.#leaveOf ??= new Map<object, (reason: unknown) => void>()).set(owner, listener);
    this.#watch();
  }

  /** Tells whoever works for this exchange to stop; what is sent, or that the connection ends, is the caller's business. */
  abort(reason?: unknown): void {
    this.#controller().abort(reason);
    const tell = this.#onLeave;
    const others = this.#leaveOf;
    this.#onLeave = undefined;
    this.#leaveOf = undefined;
    tell?.(reason);
    for (const tellOther of others?.values() ?? []) tellOther(reason);
  }

  accept(match: Match): void {
    this.matched = match.route;
    this.request.params = match.params;
    this.request.bodyBytes = match.route.bodyBytes;
    this.request.streamBytes = match.route.streamBytes;
  }

  respond(init: ResponseInit): BackworksResponse {
    const response = toOwnResponse(init);
    if (!this.expired) this.response = response;
    return response;
  }

  inform(status: number, headers?: HeaderInit): void {
    if (this.expired) return;
    if (status === 100) this.request.tellContinue();
    else inform(this, status, headers);
  }

  state<T>(key: StateKey<T>): T {
    const slots = (this.#slots ??= new Map<StateKey<unknown> | symbol, unknown>());
    const slot = key.slot ?? key;
    if (!slots.has(slot)) slots.set(slot, key.create());
    // The slot holds what the key's own `create` made, or that of another copy of it.
    return slots.get(slot) as T;
  }

  #controller(): AbortController {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      this.#watch();
    }
    return this.#abort;
  }

  /** The answer of a request that is watched knows it: one listener serves all. */
  #watch(): void {
    const answer: WatchedAnswer = this.answer;
    if (answer.destroyed) return leaveOf(this);
    if (this.#isWatched) return;
    this.#isWatched = true;
    answer.watched = this;
    answer.on("close", leave);
  }
}
