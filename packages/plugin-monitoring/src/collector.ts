import type { Logger, Scheduler } from "@backworks/core";
import type { Family } from "./families/family.ts";

/** Why a metric is missing: it has not answered yet, or it threw. */
export type MissingReason = "late" | "failed";

/** So long is waited for numbers, milliseconds: all families are asked at the same time. What plugins count core itself waits a second for. */
const patienceMs = 1500;

/** What a collector works with. */
export interface CollectorTools {
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/**
 * Has families read their numbers. One that does not answer, or fails, is missing until it does, and the others are told without it; while it
 * still works on an answer it is not asked again, and nobody waits for it.
 */
export class Collector {
  readonly #tools: CollectorTools;
  readonly #missing = new Map<string, MissingReason>();
  readonly #waiting = new Map<Family, Promise<void>>();
  readonly #late = new Set<Family>();

  constructor(tools: CollectorTools) {
    this.#tools = tools;
  }

  /** Names of the metrics that are missing, and why. */
  get missing(): ReadonlyMap<string, MissingReason> {
    return this.#missing;
  }

  /** Those of the families that could be read. */
  async collect(families: readonly Family[]): Promise<readonly Family[]> {
    await Promise.all(families.map(async (family) => this.#collectOne(family)));
    return families.filter(({ name }) => !this.#missing.has(name));
  }

  #collectOne(family: Family): Promise<void> | undefined {
    if (family.collect === undefined || this.#late.has(family)) return undefined;
    const known = this.#waiting.get(family);
    if (known !== undefined) return known;
    const waiting = this.#ask(family, family.collect.bind(family)).finally(() => this.#waiting.delete(family));
    this.#waiting.set(family, waiting);
    return waiting;
  }

  async #ask(family: Family, collect: NonNullable<Family["collect"]>): Promise<void> {
    const read = async (): Promise<void> => collect();
    const answered = read().then(
      () => this.#missing.delete(family.name),
      (error: unknown) => this.#miss(family, "failed", error),
    );
    const isLate = await this.#isLate(answered);
    if (!isLate) return;
    this.#late.add(family);
    this.#miss(family, "late", `no answer within ${patienceMs} ms`);
    // It is asked again next time; what it gives now is for nobody.
    answered.then(() => this.#late.delete(family)).catch(() => {});
  }

  async #isLate(answered: Promise<unknown>): Promise<boolean> {
    let cancel = (): void => {};
    const late = new Promise<boolean>((resolve) => {
      cancel = this.#tools.scheduler.after(patienceMs, () => resolve(true));
    });
    const inTime = answered.then(() => false);
    return Promise.race([inTime, late]).finally(cancel);
  }

  /** Told once, until it is there again. */
  #miss({ name }: Family, reason: MissingReason, error: unknown): void {
    if (!this.#missing.has(name)) this.#tools.logger.warn("a metric is missing", { metric: name, reason, error });
    this.#missing.set(name, reason);
  }
}
