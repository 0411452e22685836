import { describe, expect, it } from "@jest/globals";
import { systemClock, systemScheduler } from "../../clock.ts";
import { startApp } from "../../server/start-app.ts";
import type { StartedApp } from "../../server/start-app.ts";
import { hostileHandlers } from "../../../test/hostile-handlers.ts";
import type { Outcome } from "../../../test/hostile-handlers.ts";

/** Those there is something to expect of. */
function namesIn(isolation: "worker" | "process"): string[] {
  return Object.keys(hostileHandlers).filter((name) => hostileHandlers[name]?.[isolation] !== undefined);
}

/** Of what would never answer: long enough for a machine that is busy to begin with it. */
const shortMs = 200;
/** Of everything else: nothing takes as long, unless it fails. */
const longMs = 10_000;

describe.each(["worker", "process"] as const)("a hostile handler in isolation %s", (isolation) => {
  it.each(namesIn(isolation))(
    "with %s fails alone and is answered again",
    async (name) => {
      const { code, slow = false, stays = false, ...outcomes } = hostileHandlers[name]!;
      const expected = outcomes[isolation]!;
      const timeoutMs = expected.includes(504) && !slow ? shortMs : longMs;
      await using app = await startHostile({ isolation, code, timeoutMs });

      const began = performance.now();
      const outcome = outcomeOf(app, "/bad");
      const others = await Promise.all(["/mock", "/good"].map((path) => outcomeOf(app, path)));
      const seen = await outcome;
      const took = performance.now() - began;

      expect(others).toEqual([200, 200]);
      expect(expected).toContain(seen);
      // The promise is 100 ms; a machine that is busy may take longer to see it.
      expect(took).toBeLessThan(timeoutMs + 2000);
      expect(stays ? 200 : await answersAgain(app)).toBe(200);
      expect(await outcomeOf(app, "/good")).toBe(200);
    },
    30_000,
  );
});

interface HostileApp {
  readonly isolation: string;
  readonly code: string;
  readonly timeoutMs: number;
}

function startHostile({ isolation, code, timeoutMs }: HostileApp): Promise<StartedApp> {
  const handler = `module.exports = async (request, context) => { if (request.query.again) return "here"; ${code} };`;
  const bad = { isolation, timeout: `${timeoutMs}ms`, memory_limit: "64MB", handler: "./bad.cjs" };
  const config = {
    name: "hostile",
    endpoints: {
      bad: { path: "/bad", runtime: bad },
      good: { path: "/good", runtime: { handler: "./good.cjs", timeout: 10 } },
      mock: { path: "/mock", mock: { body: "fine" } },
    },
  };
  return startApp({
    yaml: JSON.stringify(config),
    files: { "bad.cjs": handler, "good.cjs": "module.exports = () => 'good';" },
    clock: systemClock,
    scheduler: systemScheduler,
  });
}

async function outcomeOf(app: StartedApp, path: string): Promise<Outcome> {
  try {
    const response = await app.fetch(path);
    await response.arrayBuffer();
    return response.status;
  } catch {
    return "reset";
  }
}

/** What was ended is replaced, by and by: what it answers in the end. */
async function answersAgain(app: StartedApp): Promise<Outcome> {
  const until = performance.now() + 15_000;
  let outcome: Outcome = "reset";
  while (outcome !== 200 && performance.now() < until) outcome = await outcomeOf(app, "/bad?again=1");
  return outcome;
}
