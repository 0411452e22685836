import type { Clock, Random, Scheduler } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import type { ReloadResult } from "../host.ts";
import { ReloadRecord } from "../reload-record.ts";
import type { ServeOptions } from "../serve.ts";
import { Agreement } from "./agreement.ts";
import { createBackoff } from "./backoff.ts";
import type { LoadReport, Opened, PrimaryCalls, WorkerState } from "./calls.ts";
import { Gatherings } from "./gatherings.ts";
import { inTime } from "./in-time.ts";
import { Member } from "./member.ts";
import { Permits } from "./permits.ts";
import { Spare } from "./spare.ts";
import { tellOthers } from "./tell-others.ts";

/** What a crew is made with. */
export interface CrewOptions {
  readonly options: ServeOptions;
  /** Folder of the workers' socket files, private to this user. */
  readonly folder: string;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly logger: Logger;
  /** How many there are to be, by what the configuration says. */
  countOf(workers: LoadReport["workers"]): number;
}

/** A worker as `backworks status` shows it. */
export interface MemberStatus extends Partial<WorkerState> {
  readonly id: number;
  readonly pid: number;
  readonly state: "starting" | "ready" | "leaving";
  /** Whether it answers what needs one place. */
  readonly owner: boolean;
}

/** How often workers are looked at. */
const watchMs = 1000;
/** A worker whose own watchdog did not end it gets this much longer. */
const silentGraceMs = 5000;
/** A worker that was asked to say how it is gets this long. */
const describeMs = 1000;
/** A worker that was asked to end gets this long after the time in which its requests may end. */
const graceMs = 5000;

/** The workers: their number, what they serve, and who is the owner. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #backoff: ReturnType<typeof createBackoff>;
  readonly #permits: Permits;
  /** How reloads went so far. */
  readonly record: ReloadRecord;
  readonly #gatherings: Gatherings;
  readonly #members = new Set<Member>();
  /** What every worker serves; `undefined` until the first does. */
  #current: Opened | undefined;
  #owner: Member | undefined;
  /** Monotonic milliseconds. */
  #servesSince = 0;
  #count = 0;
  #replaced = 0;
  #isClosing = false;
  /** Starts that are under way. */
  readonly #starting = new Set<Promise<unknown>>();
  readonly #agreement: Agreement;
  readonly #spare: Spare;

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#backoff = createBackoff(options);
    this.#permits = new Permits(options);
    const { folder, clock, scheduler } = options;
    this.record = new ReloadRecord(clock);
    this.#gatherings = new Gatherings({ scheduler, members: () => this.#ready });
    const make = (): Member => new Member({ folder, clock, callsOf: (self) => this.#callsOf(self) });
    this.#spare = new Spare({ make, scheduler });
    this.#agreement = new Agreement({
      logger: options.logger,
      current: () => this.current,
      members: () => this.#ready,
      owner: () => this.#owner,
      starting: () => this.#starting,
      serve: (next) => this.#serve(next),
    });
  }

  /** What every worker serves. */
  get current(): Opened {
    if (this.#current === undefined) throw new TypeError("nothing is served");
    return this.#current;
  }

  /** For how long that has been so, in milliseconds. */
  get servesForMs(): number {
    return this.#now() - this.#servesSince;
  }

  /** Workers that were replaced so far. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Starts the first worker, then the others with what it read. @throws what serving throws; then no worker is left */
  async start(): Promise<void> {
    try {
      const first = this.#fork();
      this.#owner = first;
      const { options } = this.#options;
      this.#serve(await first.open({ options, generation: 1, files: [], isOwner: true, reloads: this.record.history }));
      this.#watch(first);
      this.#announce();
      this.#count = this.#options.countOf(this.current.workers);
      await Promise.all(Array.from({ length: this.#count - 1 }, () => this.#add(false)));
      this.#spare.refill();
    } catch (error) {
      this.#isClosing = true;
      this.#kill();
      throw error;
    }
  }

  /** All workers load and, when all have, all serve the next generation; none when one fails. @throws what loading throws */
  async reload(): Promise<ReloadResult> {
    try {
      const result = await this.record.remember(this.#agreement.reload());
      if (result.changed) this.#resize();
      return result;
    } finally {
      for (const member of this.#ready) member.line.tell("reloaded", this.record.history);
    }
  }

  /** The way to the worker that answers what needs one place; `undefined` while another takes its place. */
  get toOwner(): Member["line"] | undefined {
    return this.#owner?.line;
  }

  /** How every worker is. */
  describe(): Promise<readonly MemberStatus[]> {
    return Promise.all([...this.#members].map((member) => this.#describe(member)));
  }

  /** Every worker finishes the requests under way and ends. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#spare.end();
    await Promise.all([...this.#members].map((member) => this.#end(member)));
  }

  /** Ends every worker at once. */
  #kill(): void {
    this.#spare.end();
    for (const member of this.#members) member.kill();
  }

  /** For the end of the process, when nothing can be waited for. */
  killAll(): void {
    this.#isClosing = true;
    this.#kill();
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #serve(next: Opened): void {
    this.#current = next;
    this.#servesSince = this.#now();
  }

  get #ready(): readonly Member[] {
    return [...this.#members].filter((member) => member.isReady);
  }

  /** Those that may have something to do with what another tells: also who leaves still answers. */
  #othersOf(member: Member): readonly Member[] {
    return [...this.#members].filter((other) => other !== member && other.isOpening && !other.isGone);
  }

  /** How many more there are to be; fewer when it is negative. */
  get #missing(): number {
    return this.#count - [...this.#members].filter(({ leaving }) => !leaving).length;
  }

  #fork(): Member {
    const member = this.#spare.take();
    this.#members.add(member);
    void member.exited.then(() => this.#bury(member));
    return member;
  }

  #callsOf(member: Member): PrimaryCalls {
    return {
      hello: () => member.listens(),
      take: (orders) => orders.map((order) => this.#permits.take(order)),
      giveBack: (orders) => orders.forEach((order) => this.#permits.giveBack(order)),
      tellOthers: (told) => tellOthers(told, this.#othersOf(member), this.#options.scheduler),
      gather: (topic) => this.#gatherings.gather(topic),
      tellTotals: (told) => this.#gatherings.take(member, told),
      drained: (generation) => this.#agreement.drained(generation, member),
      beat: () => void (member.lastBeatAt = this.#now()),
    };
  }

  /** One more worker that serves what all serve; it becomes the owner when there is none. */
  async #add(replaces: boolean): Promise<void> {
    while (this.#agreement.busy !== undefined) await this.#agreement.busy;
    // A reload may have brought one meanwhile.
    if (this.#isClosing || this.#missing <= 0) return;
    const member = this.#fork();
    const isOwner = this.#owner === undefined;
    if (isOwner) this.#owner = member;
    const { app, files } = this.current;
    const { options } = this.#options;
    const opening = member.open({ options, generation: app.generation, files, isOwner, reloads: this.record.history });
    this.#track(opening);
    try {
      await opening;
    } catch (error) {
      member.kill();
      throw error;
    }
    if (replaces) this.#replaced += 1;
    this.#spare.refill();
    this.#watch(member);
    this.#announce();
  }

  #track(opening: Promise<unknown>): void {
    const done = opening.catch(() => {}).finally(() => this.#starting.delete(done));
    this.#starting.add(done);
  }

  /** Everybody is told who the owner is. */
  #announce(): void {
    const owner = this.#owner?.isReady === true ? this.#owner.socketPath : undefined;
    for (const member of this.#ready) member.line.tell("moveTo", owner);
  }

  /** A worker whose event loop does not turn any more is ended, upon which it is replaced. */
  #watch(member: Member): void {
    const stop = this.#options.scheduler.every(watchMs, () => {
      const limitMs = (this.current.app.server.watchdog?.terminateMs ?? Infinity) + silentGraceMs;
      if (this.#now() - (member.lastBeatAt ?? 0) < limitMs) return;
      this.#options.logger.error("a worker does not answer and is replaced", { worker: member.pid });
      member.kill();
    });
    void member.exited.then(stop);
  }

  #bury(member: Member): void {
    this.#members.delete(member);
    this.#agreement.gone(member);
    this.#gatherings.gone(member);
    if (this.#owner === member) {
      this.#owner = undefined;
      this.#announce();
    }
    if (this.#isClosing || member.leaving || this.#current === undefined) return;
    this.#replace(member.readyAt === undefined ? undefined : Math.round(this.#now() - member.readyAt), member.pid);
  }

  #replace(readyMs: number | undefined, pid: number): void {
    const delayMs = Math.round(this.#backoff.afterDeath(readyMs));
    this.#options.logger.warn("a worker ended and is replaced", {
      worker: pid,
      servedMs: readyMs,
      delayMs,
    });
    if (delayMs === 0) this.#addOrTell(true);
    else this.#options.scheduler.after(delayMs, () => this.#addOrTell(true));
  }

  #addOrTell(replaces: boolean): void {
    this.#add(replaces).catch((error: unknown) => {
      // The end of one that replaces another brings the next try.
      if (!this.#isClosing) this.#options.logger.error("a worker could not be started", { error });
    });
  }

  /** The next generation may ask for more workers, or for fewer. */
  #resize(): void {
    this.#count = this.#options.countOf(this.current.workers);
    const missing = this.#missing;
    for (let added = 0; added < missing; added += 1) this.#addOrTell(false);
    const surplus = this.#ready.filter((member) => member !== this.#owner).slice(0, Math.max(0, -missing));
    for (const member of surplus) void this.#end(member);
  }

  async #end(member: Member): Promise<void> {
    member.leaving = true;
    const { drainMs } = member.report?.app.server.timeouts ?? { drainMs: 0 };
    const cancel = Number.isFinite(drainMs)
      ? this.#options.scheduler.after(drainMs + graceMs, () => member.kill())
      : () => {};
    await member.line.call("close", undefined).catch(() => {});
    member.disconnect();
    await member.exited;
    cancel();
  }

  async #describe(member: Member): Promise<MemberStatus> {
    const { id, pid } = member;
    const state = member.leaving ? "leaving" : member.isReady ? "ready" : "starting";
    const known = { id, pid, state, owner: member === this.#owner } as const;
    if (!member.isReady) return known;
    const answer = member.line.call("describe", undefined).catch(() => undefined);
    const answered = await inTime(answer, describeMs, this.#options.scheduler);
    return { ...known, ...answered };
  }
}
