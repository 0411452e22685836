import { BackworksError, HeaderList } from "@backworks/core";
import type { Exchange, ModeContext, ResponseInit } from "@backworks/core";
import type { ForwardPlan } from "../options/plan.ts";
import type { AttemptOutcome, Target } from "../upstream/target.ts";
import { Attempt } from "./attempt.ts";
import type { AttemptOwner } from "./attempt.ts";
import { carry, expectContinue } from "./carry.ts";
import type { Deadline } from "./deadlines.ts";
import { isUnaskedContinue, wasClosedIdle } from "./failure.ts";
import { onAbort } from "./on-abort.ts";
import { cancelled, endedWith, failureOf } from "./outcome.ts";
import { isIdempotent, mayGather, openContent, tapInto, toOutgoing } from "./outgoing.ts";
import type { Outgoing, RequestContent } from "./outgoing.ts";
import type { RequestHeadParts } from "./request-head.ts";
import { isBodiless, toResponseHeaders } from "./response-head.ts";
import type { RawHeaders } from "./response-head.ts";
import type { TimeLimits } from "./time-limits.ts";
import { Upload } from "./upload.ts";

/** What the forwardings of one endpoint share. */
export interface ForwardingParts {
  readonly plan: ForwardPlan;
  readonly context: Pick<ModeContext, "clock" | "scheduler">;
  readonly head: RequestHeadParts;
  readonly limits: TimeLimits;
}

/** Behind what runs; `queueMicrotask` makes a resource for each call (bench: proxy). */
const soon = Promise.resolve();

/**
 * One request on its way to an upstream: attempt after attempt until one has an answer that counts, then that answer to its end.
 *
 * It ends in one of four ways: the answer is whole, the upstream failed, the client left, or its time is over. What it holds is let go of in each.
 */
export class Forwarding implements AttemptOwner, Deadline {
  due = 0;
  earlier: Deadline | undefined = undefined;
  later: Deadline | undefined = undefined;
  readonly #exchange: Exchange;
  readonly #parts: ForwardingParts;
  readonly #tried: Target[] = [];
  #content: RequestContent = undefined;
  #attempt: Attempt | undefined = undefined;
  #began = 0;
  #headMs = 0;
  /** Whether the present attempt has a connection of its own, because the one before was closed under it. */
  #isFresh = false;
  /** Whether the client was given an answer, or told that there is none. */
  #settled = false;
  #cancelWait: (() => void) | undefined = undefined;
  #unlisten: (() => void) | undefined = undefined;
  #resolve: ((response: ResponseInit) => void) | undefined = undefined;
  #reject: ((error: unknown) => void) | undefined = undefined;

  constructor(exchange: Exchange, parts: ForwardingParts) {
    this.#exchange = exchange;
    this.#parts = parts;
  }

  run(): Promise<ResponseInit> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      const { plan, limits } = this.#parts;
      this.#listen();
      if (this.#settled) return;
      limits.total.add(this);
      plan.retries?.onRequest();
      this.#openContent();
      if (this.#content instanceof Upload && mayGather(this.#exchange)) this.#content.gather(() => this.#begin());
      else this.#begin();
    });
  }

  #openContent(): void {
    const content = openContent(this.#exchange, this.#parts.plan, this.#parts.limits.idle);
    this.#content = content;
    if (!(content instanceof Upload)) return;
    content.onFailure = (error) => this.#stop(error, cancelled);
    content.onPause = (fault) => {
      if (fault === "client") this.#stop(new BackworksError("BW_REQUEST_TIMEOUT"), cancelled);
      else this.#tooLate(this.#parts.plan.timeouts.idleMs);
    };
  }

  /** The time for the whole request is over. */
  expire(): void {
    this.#tooLate(this.#parts.plan.timeouts.totalMs);
  }

  #tooLate(limit: number): void {
    const error = new BackworksError("BW_UPSTREAM_TIMEOUT", { upstream: this.#parts.plan.upstream.name, limit });
    this.#stop(error, { kind: "failed", failure: "timeout" });
  }

  /** An exchange tells one listener only: the parts of an answer, of which there are several, take the signal. */
  #listen(): void {
    if (this.#parts.plan.method === undefined) this.#exchange.onLeave(this.#leave);
    else this.#unlisten = onAbort(this.#exchange.signal, this.#leave);
  }

  readonly #leave = (reason: unknown): void => {
    this.#stop(reason instanceof BackworksError ? reason : new BackworksError("BW_REQUEST_ABORTED"), cancelled);
  };

  /** Ends it from this side, whatever it is doing. */
  #stop(error: unknown, outcome: AttemptOutcome): void {
    const attempt = this.#attempt;
    if (attempt !== undefined && !attempt.ended) {
      attempt.abort();
      this.#report(attempt, outcome);
      attempt.fail(error);
    }
    if (this.#settled) this.#end();
    else this.#refuse(error);
  }

  #begin(): void {
    if (this.#settled) return;
    const { upstream, method } = this.#parts.plan;
    const target = upstream.pick(this.#exchange, this.#tried);
    if (target === undefined) return this.#refuse(new BackworksError("BW_UPSTREAM_NONE", { upstream: upstream.name }));
    this.#tried.push(target);
    if (method === undefined) this.#exchange.forwardedTo = { upstream: upstream.name, target: target.name };
    this.#send(target, false);
  }

  #send(target: Target, fresh: boolean): void {
    const { plan, head, context } = this.#parts;
    const content = this.#content;
    const attempt = new Attempt(target, this, this.#parts.limits.head);
    const isFirst = this.#attempt === undefined;
    this.#attempt = attempt;
    this.#isFresh = fresh;
    this.#began = context.clock.monotonic();
    target.inFlight += 1;
    try {
      const outgoing = toOutgoing(this.#exchange, target, { plan, head, content });
      if (isFirst) this.#tap(outgoing);
      carry(outgoing, attempt, { scheduler: context.scheduler, fresh });
    } catch (error) {
      // What the plan throws, or a library that does not take what it gave.
      attempt.abort();
      this.#report(attempt, cancelled);
      this.#refuse(error);
    }
  }

  #tap({ method, path, headers }: Outgoing): void {
    const tap = this.#parts.plan.tap?.(this.#exchange, { method, path, headers });
    if (tap !== undefined) tapInto(this.#content, tap);
  }

  informed(_attempt: Attempt, status: number, headers: RawHeaders): void {
    const { method, upstream } = this.#parts.plan;
    // What is only a part of the answer has nothing to say of the whole.
    if (this.#settled || method !== undefined) return;
    this.#exchange.inform(status, HeaderList.fromFlat(toResponseHeaders(headers, false, upstream.name)));
  }

  answered(attempt: Attempt): void {
    const { plan, context } = this.#parts;
    this.#headMs = context.clock.monotonic() - this.#began;
    // Nothing of a small answer is missing when this is over.
    if (plan.retries === undefined || attempt.status < 400) return void soon.then(() => this.#deliver(attempt));
    this.#askAgain(this.#outcomeOf(attempt), () => this.#deliver(attempt));
  }

  completed(attempt: Attempt): void {
    this.#report(attempt, this.#outcomeOf(attempt));
    if (this.#settled) this.#end();
  }

  cancelled(attempt: Attempt): void {
    this.#report(attempt, cancelled);
    this.#end();
  }

  failed(attempt: Attempt, cause: unknown): void {
    if (attempt.status === 0 && this.#sendsAnew(attempt, cause)) {
      this.#report(attempt, cancelled);
      return this.#send(attempt.target, true);
    }
    const failure = failureOf(cause, attempt, this.#parts.plan);
    const outcome: AttemptOutcome = failure === undefined ? cancelled : { kind: "failed", failure: failure.kind };
    this.#report(attempt, outcome);
    // Of what the upstream has nothing to do with, the request was wrong.
    const error = failure?.error ?? cause;
    if (attempt.status !== 0) {
      attempt.fail(error);
      if (this.#settled) this.#end();
    } else if (failure === undefined) this.#refuse(error);
    else this.#askAgain(outcome, () => this.#refuse(error));
  }

  /** A connection was closed as it was idle, or a 100 came that nobody asked for: neither says anything about the request. */
  #sendsAnew(attempt: Attempt, cause: unknown): boolean {
    const continues = isUnaskedContinue(cause);
    if (continues) expectContinue(attempt.target);
    if (this.#isFresh || !attempt.connected || !this.#isReplayable) return false;
    if (!isIdempotent(this.#parts.plan.method ?? this.#exchange.request.method)) return false;
    return continues || (!attempt.began && wasClosedIdle(cause));
  }

  get #isReplayable(): boolean {
    return !(this.#content instanceof Upload) || this.#content.isReplayable;
  }

  /** Another attempt, if the policy grants one; otherwise the present one counts. */
  #askAgain(outcome: AttemptOutcome, settle: () => void): void {
    const { retries } = this.#parts.plan;
    const count = this.#tried.length;
    if (retries === undefined || count >= retries.attempts || !this.#isReplayable) return settle();
    const decide = (waitMs: number | undefined): void => {
      if (this.#settled) return;
      if (waitMs === undefined) settle();
      else this.#wait(waitMs);
    };
    try {
      const granted = retries.mayRetry(count, this.#exchange, outcome);
      if (granted instanceof Promise) granted.then(decide, (error: unknown) => this.#giveUp(error));
      else decide(granted);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Whatever the present attempt still brings, nobody gets it. */
  #giveUp(error: unknown): void {
    this.#attempt?.cancel();
    this.#refuse(error);
  }

  #wait(waitMs: number): void {
    if (this.#attempt !== undefined) this.#drop(this.#attempt);
    if (waitMs === 0) return this.#begin();
    this.#cancelWait = this.#parts.context.scheduler.after(waitMs, () => this.#begin());
  }

  /** The head of its answer was all that is wanted. */
  #drop(attempt: Attempt): void {
    if (attempt.ended) return;
    attempt.abort();
    this.#report(attempt, this.#outcomeOf(attempt));
  }

  #outcomeOf({ status }: Attempt): AttemptOutcome {
    return { kind: "answered", status, ms: this.#headMs };
  }

  #report({ target }: Attempt, outcome: AttemptOutcome): void {
    target.inFlight -= 1;
    const { upstream, method = this.#exchange.request.method } = this.#parts.plan;
    upstream.report(target, endedWith(outcome, method));
  }

  #deliver(attempt: Attempt): void {
    if (this.#settled) return;
    try {
      const response = this.#toResponse(attempt);
      this.#settle();
      this.#resolve?.(response);
      if (attempt.ended) this.#end();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #toResponse(attempt: Attempt): ResponseInit {
    const { plan, head } = this.#parts;
    const headers = HeaderList.fromFlat(toResponseHeaders(attempt.headers, head.via !== undefined, plan.upstream.name));
    const response = { status: attempt.status, headers };
    plan.editResponse?.(this.#exchange, response, attempt.target);
    const { status } = response;
    if (isBodiless(status, this.#exchange.request.method)) {
      this.#drop(attempt);
      return { status, headers, body: null };
    }
    // Bytes without a type would be given one, and behind them there are no trailers.
    const isWhole = attempt.complete && !attempt.hasTrailers && headers.has("content-type");
    return { status, headers, body: isWhole ? attempt.takeWhole() : attempt };
  }

  #refuse(error: unknown): void {
    if (this.#settled) return;
    this.#settle();
    this.#end();
    this.#reject?.(error);
  }

  #settle(): void {
    this.#settled = true;
    this.#cancelWait?.();
    if (this.#unlisten === undefined) this.#exchange.onLeave(undefined);
    else this.#unlisten();
  }

  #end(): void {
    this.#parts.limits.total.remove(this);
    if (this.#content instanceof Upload) this.#content.close();
  }
}
