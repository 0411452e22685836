/** What is told of a request. */
export interface Event {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly at: number;
}

/** What a batch works with. */
export interface BatchOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly mostWaiting: number;
  /** Told when events could not be sent. */
  failed(problem: string): void;
}

/** Events that are sent together. */
export interface Batch {
  readonly numbers: { readonly sent: number; readonly dropped: number; readonly waiting: number };
  /** Why the last attempt failed; `undefined` when it went well. */
  readonly problem: string | undefined;
  add(event: Event): void;
  /** Sends what waits, after what is under way; what could not be sent waits for the next time. */
  flush(): Promise<void>;
}

export function createBatch({ url, timeoutMs, mostWaiting, failed }: BatchOptions): Batch {
  let waiting: Event[] = [];
  let [sent, dropped] = [0, 0];
  let problem: string | undefined;
  let last: Promise<void> = Promise.resolve();

  async function post(events: readonly Event[]): Promise<void> {
    const body = JSON.stringify(events);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  }

  async function sendAll(): Promise<void> {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    try {
      await post(events);
      sent += events.length;
      problem = undefined;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      failed(problem);
      const kept = [...events, ...waiting].slice(-mostWaiting);
      dropped += events.length + waiting.length - kept.length;
      waiting = kept;
    }
  }

  return {
    get numbers() {
      return { sent, dropped, waiting: waiting.length };
    },
    get problem() {
      return problem;
    },
    add(event) {
      if (waiting.length < mostWaiting) waiting.push(event);
      else dropped += 1;
    },
    flush: () => (last = last.then(sendAll)),
  };
}
