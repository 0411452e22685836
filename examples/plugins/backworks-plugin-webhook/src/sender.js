/**
 * Sends events one after another, while requests go on.
 *
 * `signal` ends what is under way; `failed` is told of every event that could not be sent.
 */
export function createSender({ url, timeoutMs, mostWaiting, signal, failed }) {
  const waiting = [];
  const numbers = { sent: 0, failed: 0, dropped: 0 };
  let problem;
  let working;

  async function send(event) {
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
      problem = error.message;
      failed(problem);
    }
  }

  async function work() {
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) await send(event);
    working = undefined;
  }

  return {
    add(event) {
      if (waiting.length >= mostWaiting) numbers.dropped += 1;
      else waiting.push(event);
      working ??= work();
    },
    /** Waits until everything was tried. */
    end: async () => working,
    get numbers() {
      return { ...numbers, waiting: waiting.length };
    },
    /** The last one; `undefined` when the last event was sent. */
    get problem() {
      return problem;
    },
  };
}
