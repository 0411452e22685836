import type { Clock, MaybePromise, Processes } from "@backworks/core";
import type { Told } from "./dispatcher.ts";
import type { History, PackedHistory } from "./history.ts";
import { RuleState } from "./rule-state.ts";
import type { AlertState } from "./rule-state.ts";

/** What alerts remember: whoever evaluates them works with it, the others keep it for when one of them follows. */
export interface AlertMemory {
  readonly history: History;
  /** By rule. */
  readonly states: Map<string, RuleState>;
  /** By group. */
  readonly told: Map<string, Told>;
}

/** The same as data. */
interface PackedMemory {
  /** Clock milliseconds. */
  readonly at: number;
  readonly history: PackedHistory;
  readonly states: readonly (readonly [rule: string, alerts: readonly AlertState[]])[];
  readonly told: ReadonlyMap<string, Told>;
}

const topic = "monitoring.alerts";

/** What the processes that may evaluate alerts leave to each other. */
export class Handover {
  readonly #memory: AlertMemory;
  readonly #processes: Processes;
  readonly #clock: Clock;
  #heardAt = -Infinity;
  #endListening = (): void => {};
  #endSharing = (): MaybePromise<void> => {};

  constructor(memory: AlertMemory, processes: Processes, clock: Clock) {
    this.#memory = memory;
    this.#processes = processes;
    this.#clock = clock;
  }

  /** From now on the others are heard, and may ask. */
  begin(): void {
    const [memory, clock] = [this.#memory, this.#clock];
    // Every process runs this code.
    this.#endListening = this.#processes.listen(topic, (message) => this.#take(message as PackedMemory));
    this.#endSharing = this.#processes.share(topic, {
      totals: () => ({}),
      present: () => pack(memory, clock, "whole"),
    });
  }

  /** Learns what the others know of the time before this process. */
  async recall(): Promise<void> {
    // One of several processes fails to ask when it is about to end.
    const { present } = await this.#processes.gather(topic).catch(() => ({ present: [] }));
    const [longest] = [...(present as readonly PackedMemory[])].sort((one, other) => reach(other) - reach(one));
    if (longest !== undefined && reach(longest) > 0) this.#take(longest);
  }

  /** Tells the others how things stand. */
  tell(): void {
    // Whoever does not hear it hears the next, or asks.
    void this.#processes.tell(topic, pack(this.#memory, this.#clock, "latest"));
  }

  end(): MaybePromise<void> {
    this.#endListening();
    return this.#endSharing();
  }

  #take(packed: PackedMemory): void {
    if (packed.at < this.#heardAt) return;
    this.#heardAt = packed.at;
    unpack(this.#memory, packed, this.#clock);
  }
}

/** How far back it knows, in milliseconds. */
function reach({ history }: PackedMemory): number {
  return history.ages[0] ?? 0;
}

function pack({ history, states, told }: AlertMemory, clock: Clock, how: "whole" | "latest"): PackedMemory {
  return {
    at: clock.now(),
    history: history.pack(clock.monotonic(), how),
    states: [...states].map(([rule, { alerts }]) => [rule, alerts] as const),
    told,
  };
}

function unpack(memory: AlertMemory, { history, states, told }: PackedMemory, clock: Clock): void {
  memory.history.unpack(clock.monotonic(), history);
  memory.states.clear();
  for (const [rule, alerts] of states) memory.states.set(rule, new RuleState(alerts));
  memory.told.clear();
  for (const [group, one] of told) memory.told.set(group, one);
}
