import { it } from "@jest/globals";
import { createReport } from "./report.ts";
import type { Report } from "./report.ts";

/** How much of a fault is tried. */
export interface FaultForms<Scale> {
  /** Runs with every `npm test`: seconds. */
  readonly short: Scale;
  /** Runs by `pnpm e2e:faults`: as large as the promise. */
  readonly long: Scale;
  /** Milliseconds after which the long form has failed. @defaultValue 300000 */
  readonly limitMs?: number;
}

const long = process.env["BW_FAULTS"] === "long";

/**
 * Declares one fault: something that is done to a running server while clients ask it.
 *
 * A fault is a file `faults/<name>.test.ts`. It starts the built command (`startProbed`), asks it (`startLoad`),
 * does the harm, writes what it measured into `report`, and expects. Everything it starts ends with its scope,
 * and everything it does is bounded in count and time.
 *
 * ```ts
 * fault("a client that never reads", { short: { clients: 20 }, long: { clients: 10_000 } }, async ({ clients }, report) => {
 *   using project = createWorkspace();
 *   project.write("backworks.yaml", yaml);
 *   await using server = await startProbed({ cwd: project.folder });
 *   await using load = startLoad(server.url, { kept: 4, fresh: 2, path: () => "/hello" });
 *   …
 *   const measured = await load.stop();
 *   report.row("failed requests", measured.failures.length, "0");
 *   expect(measured.failures).toEqual([]);
 * });
 * ```
 */
export function fault<Scale>(
  name: string,
  { short, long: whole, limitMs = 300_000 }: FaultForms<Scale>,
  run: (scale: Scale, report: Report) => Promise<void>,
): void {
  // eslint-disable-next-line jest/expect-expect -- each fault expects for itself
  it(
    `stands ${name}`,
    async () => {
      const report = createReport(`${name} (${long ? "long" : "short"} form)`);
      try {
        await run(long ? whole : short, report);
      } finally {
        report.print();
      }
    },
    long ? limitMs : 60_000,
  );
}
