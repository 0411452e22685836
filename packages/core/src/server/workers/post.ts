import type { Scheduler } from "../../clock.ts";
import type { PluginListener, PluginPost } from "../../plugins/world.ts";
import type { Member } from "./member.ts";

/** What a plugin tells those of its name in other processes. */
export interface Told {
  readonly plugin: string;
  /** Of the plugin's own making; it must be possible to copy it. */
  readonly message: unknown;
}

/** How long a worker may take to hear something, milliseconds. */
const hearMs = 1000;

/** What plugins of one worker hear, and what they tell. */
export class Post implements PluginPost {
  readonly #send: (told: Told) => Promise<boolean>;
  readonly #listeners = new Map<string, Set<PluginListener>>();

  constructor(send: (told: Told) => Promise<boolean>) {
    this.#send = send;
  }

  async tell(plugin: string, message: unknown): Promise<boolean> {
    try {
      return await this.#send({ plugin, message });
    } catch {
      // The primary is gone, and this process is about to end.
      return false;
    }
  }

  listen(plugin: string, listener: PluginListener): () => void {
    const listeners = this.#listeners.get(plugin) ?? new Set();
    this.#listeners.set(plugin, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** @throws what a listener throws */
  async hear({ plugin, message }: Told): Promise<void> {
    const listeners = [...(this.#listeners.get(plugin) ?? [])];
    await Promise.all(listeners.map(async (listener) => listener(message)));
  }
}

/** Has workers hear something; whether each has, or is gone. */
export async function tellOthers(
  told: Told,
  others: readonly Pick<Member, "line" | "isGone">[],
  scheduler: Scheduler,
): Promise<boolean> {
  const heard = await Promise.all(others.map((other) => inTime(hears(told, other), scheduler)));
  return heard.every(Boolean);
}

function hears(told: Told, other: Pick<Member, "line" | "isGone">): Promise<boolean> {
  return other.line.call("hear", told).then(
    () => true,
    () => other.isGone,
  );
}

function inTime(answer: Promise<boolean>, scheduler: Scheduler): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = scheduler.after(hearMs, () => resolve(false));
    void answer.then(resolve).finally(cancel);
  });
}
