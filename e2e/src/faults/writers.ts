import { ask } from "../http.ts";
import type { Answer } from "../http.ts";

/** Clients that add rows, each with a number of its own. */
export interface Writers extends AsyncDisposable {
  /** Numbers whose rows were acknowledged. */
  readonly acknowledged: readonly number[];
  /** Answers that were neither an acknowledgement nor a refusal to try again later. */
  readonly odd: readonly string[];
  /** How often it was refused. */
  readonly refused: number;
  /** Waits for the answers under way. */
  stop(): Promise<void>;
}

/** Writes until it is stopped: POST with `{ "id": … }`. What is refused is not tried again. */
export function startWriters(url: string, clients: number, pauseMs = 5): Writers {
  const acknowledged: number[] = [];
  const odd: string[] = [];
  let [next, refused] = [0, 0];
  const stopping = new AbortController();
  const write = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const id = (next += 1);
      const body = JSON.stringify({ id });
      const answer = await ask(url, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(
        String,
      );
      if (typeof answer === "object" && answer.status < 300) acknowledged.push(id);
      else if (typeof answer === "object" && isRefusal(answer)) refused += 1;
      else odd.push(typeof answer === "string" ? answer : `${answer.status} ${answer.text}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const working = Promise.all(Array.from({ length: clients }, write));
  const stop = async (): Promise<void> => {
    stopping.abort();
    await working;
  };
  return {
    acknowledged,
    odd,
    get refused() {
      return refused;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A problem that says when to come back, or that there is no room. */
function isRefusal({ status, headers }: Answer): boolean {
  const type = headers["content-type"];
  return (
    type === "application/problem+json" && ((status === 503 && headers["retry-after"] !== undefined) || status === 507)
  );
}

/** Numbers that were acknowledged and are not there. */
export async function lostOf(url: string, { acknowledged }: Writers): Promise<readonly number[]> {
  const { status, text } = await ask(url, { method: "GET" });
  if (status !== 200) throw new Error(`${status} ${text}`);
  // What the endpoint of the test answers.
  const there = new Set((JSON.parse(text) as readonly { readonly id: number }[]).map(({ id }) => id));
  return acknowledged.filter((id) => !there.has(id));
}

/** Milliseconds until a condition holds. */
export async function untilTrue(condition: () => Promise<boolean>, limitMs = 20_000): Promise<number> {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > limitMs) throw new Error(`it does not come true within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - began;
}
