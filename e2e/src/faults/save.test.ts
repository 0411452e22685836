import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "@jest/globals";
import { startCommand } from "../command.ts";
import { waitUntilReady } from "../server.ts";
import { createWorkspace } from "../workspace.ts";
import { openConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { fault } from "./fault.ts";

interface Scale {
  readonly saves: number;
  /** Whether times are compared with the bar: not on a machine that does other things. */
  readonly measured: boolean;
}

function configuration(number: number): string {
  return `name: small
rate_limit: false
endpoints:
  number: { path: /number, mock: { body: "n${number}" } }
  other: { path: "/other/{id}", mock: { body: { id: "{{path.id}}" } } }
`;
}

/** The ways in which editors save. */
const saves: readonly ((file: string, text: string) => void)[] = [
  (file, text) => writeFileSync(file, text),
  (file, text) => {
    writeFileSync(`${file}.tmp`, text);
    renameSync(`${file}.tmp`, file);
  },
  (file, text) => {
    renameSync(file, `${file}~`);
    writeFileSync(file, text);
  },
];

const request = "GET /number HTTP/1.1\r\nHost: e\r\n\r\n";

/** Asks until the answer is the expected one; the milliseconds that took. */
async function untilAnswer(connection: Connection, expected: string): Promise<number> {
  const from = performance.now();
  while ((await connection.ask(request)).text !== expected) {
    if (performance.now() - from > 10_000) throw new Error(`${expected} was not served within 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return performance.now() - from;
}

describe("backworks dev", () => {
  fault<Scale>(
    "saves of a small file: each is served soon, however it was saved",
    { short: { saves: 9, measured: false }, long: { saves: 51, measured: true } },
    async (scale, report) => {
      using project = createWorkspace();
      const file = join(project.folder, "backworks.yaml");
      project.write("backworks.yaml", configuration(0));
      await using server = await waitUntilReady(
        startCommand(["dev", "--port", "0", "--json"], { cwd: project.folder, timeoutMs: 120_000 }),
      );
      const connection = await openConnection(server.url);
      const times: number[] = [];

      for (let number = 1; number <= scale.saves; number += 1) {
        saves[number % saves.length]?.(file, configuration(number));
        times.push(await untilAnswer(connection, `n${number}`));
      }
      connection.close();

      const sorted = times.toSorted((left, right) => left - right);
      const median = sorted[Math.floor(sorted.length / 2)] ?? Infinity;
      const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? Infinity;
      report.row("saves", times.length);
      report.row("median to live, ms", median, "100");
      report.row("p95 to live, ms", p95, "100");
      report.row("slowest, ms", sorted.at(-1) ?? Infinity);
      expect(server.stdout()).not.toContain("reload-failed");
      if (scale.measured) expect(median).toBeLessThanOrEqual(100);
    },
  );
});
