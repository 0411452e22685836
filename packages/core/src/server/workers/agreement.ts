import type { Logger } from "../../logger.ts";
import type { ReloadResult } from "../host.ts";
import type { LoadReport, Opened, Prepared } from "./calls.ts";
import type { Member } from "./member.ts";

/** What an agreement knows of the workers. */
export interface AgreementParts {
  readonly logger: Logger;
  /** What every worker serves. */
  current(): Opened;
  /** Those that serve. */
  members(): readonly Member[];
  /** The one that answers what needs one place. */
  owner(): Member | undefined;
  /** Starts that are under way. */
  starting(): Iterable<Promise<unknown>> & { readonly size: number };
  /** From now on every worker serves this. */
  serve(next: Opened): void;
}

/** A reload of all workers, in two steps: when every one of them has loaded, every one of them serves; otherwise none does. */
export class Agreement {
  readonly #parts: AgreementParts;
  /** Ends when every worker serves something else; `undefined` most of the time. */
  #busy: Promise<void> | undefined;
  /** Workers that may still send requests for a generation. */
  readonly #draining = new Map<number, Set<Member>>();

  constructor(parts: AgreementParts) {
    this.#parts = parts;
  }

  /** Whoever starts a worker waits while this is there, so that it begins with what all serve. */
  get busy(): Promise<void> | undefined {
    return this.#busy;
  }

  /** @throws what loading throws, of one worker */
  async reload(): Promise<ReloadResult> {
    const prepared = new Set<Member>();
    try {
      const { leader, difference, report } = await this.#lead();
      const { generation } = this.#parts.current().app;
      if (report === undefined) return { changed: false, generation, difference };
      prepared.add(leader);
      await this.#prepareOthers(report, prepared);
      await this.#hold(async () => {
        // Those that have come meanwhile: nobody else comes now.
        await this.#prepareOthers(report, prepared);
        await this.#commit(report, [...prepared]);
      });
      return { changed: true, generation: report.app.generation, difference };
    } catch (error) {
      await Promise.all([...prepared].map((member) => member.line.call("abandon", undefined).catch(() => {})));
      throw error;
    }
  }

  /**
   * The first to load, whose files are those of all. One that ends meanwhile is followed by another, once: the configuration itself
   * may have ended it.
   */
  async #lead(isSecond = false): Promise<Prepared & { readonly leader: Member }> {
    const owner = this.#parts.owner();
    const leader = owner?.isReady === true ? owner : this.#parts.members()[0];
    if (leader === undefined) throw new TypeError("no worker is there to load the configuration");
    try {
      return { leader, ...(await leader.line.call("prepare", [])) };
    } catch (error) {
      if (!leader.isGone || isSecond) throw error;
      return this.#lead(true);
    }
  }

  /** No request of a generation is under way at a worker any more; the owner keeps it until that is so everywhere. */
  drained(generation: number, member: Member | undefined): void {
    const left = this.#draining.get(generation);
    if (left === undefined) return;
    if (member !== undefined) left.delete(member);
    if (left.size > 0 || this.#parts.current().app.generation === generation) return;
    this.#draining.delete(generation);
    this.#parts.owner()?.line.tell("release", generation);
  }

  /** A worker has ended, and sends nothing any more. */
  gone(member: Member): void {
    for (const generation of this.#draining.keys()) this.drained(generation, member);
  }

  async #hold(task: () => Promise<void>): Promise<void> {
    let end!: () => void;
    this.#busy = new Promise((resolve) => (end = resolve));
    try {
      await task();
    } finally {
      this.#busy = undefined;
      end();
    }
  }

  /** Also those that come while the others load. */
  async #prepareOthers(report: LoadReport, prepared: Set<Member>): Promise<void> {
    for (;;) {
      const missing = this.#parts.members().filter((member) => !prepared.has(member));
      const starting = this.#parts.starting();
      if (missing.length === 0 && starting.size === 0) return;
      // All of them, so that every one that waits is told of a failure.
      const ends = await Promise.allSettled(missing.map((member) => this.#prepare(member, report, prepared)));
      const failed = ends.find((end) => end.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      await Promise.all(starting);
    }
  }

  async #prepare(member: Member, { files }: LoadReport, prepared: Set<Member>): Promise<void> {
    try {
      const { report }: Prepared = await member.line.call("prepare", files);
      if (report !== undefined) prepared.add(member);
      // It started with newer modules than the others, so that nothing changes for it; its replacement begins in step.
      else member.kill();
    } catch (error) {
      // Whoever replaces it begins with what all serve then.
      if (!member.isGone) throw error;
    }
  }

  /** The owner first: from then on it answers for both generations. */
  async #commit(report: LoadReport, prepared: readonly Member[]): Promise<void> {
    const before = this.#parts.current();
    const owner = this.#parts.owner();
    const others = prepared.filter((member) => member !== owner);
    this.#draining.set(before.app.generation, new Set(others));
    const first = owner !== undefined && prepared.includes(owner) ? await this.#commitOne(owner) : undefined;
    const ends = await Promise.all(others.map((member) => this.#commitOne(member)));
    const { url, port } = first ?? ends.find((end) => end !== undefined) ?? before;
    this.#parts.serve({ ...report, url, port });
    this.drained(before.app.generation, undefined);
  }

  /** A worker that fails now would serve what nobody serves any more. */
  async #commitOne(member: Member): Promise<Pick<Opened, "url" | "port"> | undefined> {
    try {
      return await member.line.call("commit", undefined);
    } catch (error) {
      if (!member.isGone) {
        this.#parts.logger.error("a worker did not take the next configuration and is replaced", { error });
        member.kill();
      }
      return undefined;
    }
  }
}
