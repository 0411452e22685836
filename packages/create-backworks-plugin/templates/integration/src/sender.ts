/** What is told of a request. */
export interface Event {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly at: number;
}

/** What a sender works with. */
export interface SenderOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly mostWaiting: number;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** Told of every event that could not be sent. */
  failed(problem: string): void;
}

/** Sends events one after another, while requests go on. */
export interface Sender {
  readonly numbers: {
    readonly sent: number;
    readonly failed: number;
    readonly dropped: number;
    readonly waiting: number;
  };
  /** The last problem; `undefined` when the last event was sent. */
  readonly problem: string | undefined;
  add(event: Event): void;
  /** Waits until everything was tried. */
  end(): Promise<void>;
}

export function createSender({ url, timeoutMs, mostWaiting, signal, failed }: SenderOptions): Sender {
  const waiting: Event[] = [];
  const numbers = { sent: 0, failed: 0, dropped: 0 };
  let problem: string | undefined;
  let working: Promise<void> | undefined;

  async function send(event: Event): Promise<void> {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(event),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      numbers.sent += 1;
      problem = undefined;
    } catch (error) {
      numbers.failed += 1;
      problem = error instanceof Error ? error.message : String(error);
      failed(problem);
    }
  }

  async function work(): Promise<void> {
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      await send(event);
    }
    working = undefined;
  }

  return {
    get numbers() {
      return { ...numbers, waiting: waiting.length };
    },
    get problem() {
      return problem;
    },
    add(event) {
      if (waiting.length >= mostWaiting) numbers.dropped += 1;
      else waiting.push(event);
      working ??= work();
    },
    end: async () => working,
  };
}
