import type { Scheduler } from "../../clock.ts";
import type { Gathered } from "../../processes.ts";
import type { Said } from "../topics.ts";
import type { ToldTotals } from "./calls.ts";
import { inTime } from "./in-time.ts";
import { TopicTotals } from "./topic-totals.ts";

/** The part of a worker that is asked. */
export interface Asked {
  readonly id: number;
  readonly isGone: boolean;
  /** `undefined` when it shares nothing of the topic. */
  say(topic: string): Promise<Said | undefined>;
}

/** What gatherings are made with. */
export interface GatheringsParts {
  /** Those that serve. */
  members(): readonly Asked[];
  readonly scheduler: Scheduler;
}

/** A worker that was asked gets this long. */
const answerMs = 2000;

/** What all workers have of the topics that plugins share. */
export class Gatherings {
  readonly #parts: GatheringsParts;
  readonly #topics = new Map<string, TopicTotals>();

  constructor(parts: GatheringsParts) {
    this.#parts = parts;
  }

  async gather(topic: string): Promise<Gathered> {
    const said = await Promise.all(this.#parts.members().map((member) => this.#ask(member, topic)));
    const present = said.flatMap((one) => (one === undefined ? [] : [one.present]));
    return { totals: this.#totalsOf(topic).sum(), present };
  }

  /** What a worker told without being asked. */
  take({ id, isGone }: Asked, { topic, totals }: ToldTotals): void {
    // Its end was told first, and what it counted is among that of the ended.
    if (!isGone) this.#totalsOf(topic).take(id, totals);
  }

  /** A worker has ended. */
  gone({ id }: Asked): void {
    for (const topic of this.#topics.values()) topic.end(id);
  }

  async #ask(member: Asked, topic: string): Promise<Said | undefined> {
    const answer = member.say(topic).catch(() => undefined);
    const said = await inTime(answer, answerMs, this.#parts.scheduler);
    if (said !== undefined) this.take(member, { topic, totals: said.totals });
    return said;
  }

  #totalsOf(topic: string): TopicTotals {
    const known = this.#topics.get(topic) ?? new TopicTotals();
    this.#topics.set(topic, known);
    return known;
  }
}
