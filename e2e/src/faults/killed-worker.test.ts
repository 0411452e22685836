import { findControl } from "@backworks/core";
import { describe, expect } from "@jest/globals";
import { startServer } from "../server.ts";
import { createWorkspace } from "../workspace.ts";
import { fault } from "./fault.ts";
import { startLoad } from "./load.ts";

interface Scale {
  readonly kills: number;
  readonly clients: number;
  /** Whether times are compared with the bar: not on a machine that does other things. */
  readonly measured: boolean;
}

const configuration = `name: killed
server: { workers: 2, overload: false }
rate_limit: false
logging: { file: killed.log, requests: false }
endpoints:
  slow: { path: /slow, mock: { delay: 200ms, body: { ok: true } } }
  notes: { path: /notes, mock: { resource: { seed: [{ id: 1 }] } } }
`;

interface WorkerStatus {
  readonly pid: number;
  readonly state: string;
  readonly owner: boolean;
  readonly requestsUnderWay?: number;
}

/** The workers, as the control listener tells; a process of its own would take too long to ask. */
async function workersOf(folder: string): Promise<readonly WorkerStatus[]> {
  const control = findControl(folder);
  if (control === undefined) throw new Error("no server runs");
  const headers = { authorization: `Bearer ${control.token}` };
  const answer = await fetch(`${control.url}/__backworks/status`, { headers });
  return ((await answer.json()) as { readonly workers: readonly WorkerStatus[] }).workers;
}

async function untilReplaced(folder: string, pid: number): Promise<void> {
  for (;;) {
    const workers = await workersOf(folder);
    if (workers.filter((worker) => worker.state === "ready" && worker.pid !== pid).length === 2) return;
    await pause(5);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const killEveryMs = 2000;

describe("server.workers", () => {
  fault<Scale>(
    "workers that are killed, the owner of state among them",
    { short: { kills: 3, clients: 6, measured: false }, long: { kills: 30, clients: 12, measured: true } },
    async ({ kills, clients, measured }, report) => {
      using project = createWorkspace();
      project.write("backworks.yaml", configuration);
      await using server = await startServer({ cwd: project.folder, timeoutMs: 200_000 });
      let turn = 0;
      const path = (): string => ((turn += 1) % 4 === 0 ? "/notes" : "/slow");
      await using load = startLoad(server.url, { kept: clients / 2, fresh: clients / 2, path });
      let underWay = 0;
      let slowestMs = 0;

      for (let kill = 0; kill < kills; kill += 1) {
        await pause(killEveryMs);
        const workers = await workersOf(project.folder);
        const victim = workers[kill % workers.length];
        if (victim === undefined) throw new Error("no worker is there");
        // What another worker forwards to it is counted here as well; a few may have come since it was asked.
        underWay += (victim.requestsUnderWay ?? 0) + 2;
        const startedAt = performance.now();
        process.kill(victim.pid, "SIGKILL");
        await untilReplaced(project.folder, victim.pid);
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      }
      const { requests, failures, resets, latencies } = await load.stop();
      const isBroken = /ECONNRESET|without an answer/;
      // Of the failures only the first are kept, of the broken connections the number.
      const failed = resets + failures.filter((failure) => !isBroken.test(failure)).length;

      report.row("answers", requests);
      report.row("kills", kills);
      report.row("failed requests", failed, `<= ${underWay} under way on the workers that were killed`);
      report.row("slowest replacement, ms", slowestMs, "<= 1500");
      report.row("slowest answer, ms", latencies.max);
      expect(failed).toBeLessThanOrEqual(underWay);
      // A connection that breaks, or the owner's state that is on its way to another process: nothing else.
      expect(failures.filter((failure) => !isBroken.test(failure) && !failure.includes("OWNER_GONE"))).toEqual([]);
      expect(slowestMs).toBeLessThan(measured ? 1500 : 10_000);
    },
  );
});
