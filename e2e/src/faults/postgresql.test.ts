import { createRequire } from "node:module";
import { describe, expect } from "@jest/globals";
import { postgresqlTools, startPostgresql } from "../../../packages/mode-database/test/own-postgresql.ts";
import { ask } from "../http.ts";
import { startServer } from "../server.ts";
import { createWorkspace, root } from "../workspace.ts";
import { fault } from "./fault.ts";
import { startLoad } from "./load.ts";
import { itemsEndpoints, restartUnderLoad } from "./restarts.ts";
import type { RestartScale as Scale } from "./restarts.ts";
import { lostOf, startWriters } from "./writers.ts";

const configuration = (url: string): string => `name: faults
rate_limit: false
server: { overload: false }
logging: { file: faults.log, requests: false }
databases:
  main: { type: postgresql, connection_string: "${url}", pool: { max_connections: 4, connection_timeout: 1s } }
  narrow: { type: postgresql, connection_string: "${url}", pool: { max_connections: 1, connection_timeout: 500ms, queue: 8 } }
endpoints:
${itemsEndpoints}
  slow: { path: /slow, database: { use: narrow, query: "SELECT 1 AS one, pg_sleep(0.05)::text AS slept" } }
`;

interface PgClient {
  connect(): Promise<void>;
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

/** Runs a statement past the server under test. */
async function runSql(url: string, sql: string): Promise<void> {
  const fromMode = createRequire(
    createRequire(`${root}/package.json`).resolve("@backworks/mode-database/package.json"),
  );
  const { Client } = fromMode("pg") as { readonly Client: new (options: object) => PgClient };
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const killOthers =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const there = postgresqlTools !== undefined || process.env["CI"] === "true";

(there ? describe : describe.skip)("a server over PostgreSQL", () => {
  fault<Scale>(
    "restarts of the database under load",
    { short: { times: 1, clients: 4 }, long: { times: 20, clients: 16 } },
    async (scale, report) => {
      using postgresql = await startPostgresql(postgresqlTools ?? "");
      await restartUnderLoad(postgresql, scale, report);
    },
  );

  fault<Scale>(
    "back ends that are killed",
    { short: { times: 5, clients: 4 }, long: { times: 200, clients: 16 } },
    async ({ times, clients }, report) => {
      using postgresql = await startPostgresql(postgresqlTools ?? "");
      using project = createWorkspace();
      project.write("backworks.yaml", configuration(postgresql.url));
      await using server = await startServer({ cwd: project.folder, timeoutMs: 280_000 });
      const items = `${server.url}/items`;
      await using writers = startWriters(items, clients);
      await using load = startLoad(server.url, { kept: clients, fresh: 1, path: () => "/one" });

      for (let time = 0; time < times; time += 1) {
        await sleep(150);
        await runSql(postgresql.url, killOthers);
      }
      await sleep(150);
      await writers.stop();
      const lost = await lostOf(items, writers);
      const reads = await load.stop();

      report.row("kills", times);
      report.row("reads", reads.requests);
      report.row("reads that failed", reads.failures.length, "0");
      report.row("rows acknowledged", writers.acknowledged.length);
      report.row("writes refused meanwhile", writers.refused);
      report.row("acknowledged and lost", lost.length, "0");
      expect(reads.failures).toEqual([]);
      expect(writers.odd).toEqual([]);
      expect(lost).toEqual([]);
    },
  );

  fault<Scale>(
    "more clients than its pool serves",
    { short: { times: 1, clients: 100 }, long: { times: 10, clients: 400 } },
    async ({ times, clients }, report) => {
      using postgresql = await startPostgresql(postgresqlTools ?? "");
      using project = createWorkspace();
      project.write("backworks.yaml", configuration(postgresql.url));
      await using server = await startServer({ cwd: project.folder, timeoutMs: 280_000 });
      await ask(`${server.url}/one`, { method: "GET" });
      await using others = startLoad(server.url, { kept: 4, fresh: 2, path: () => "/hello" });
      const counts = { served: 0, refused: 0 };
      const odd: string[] = [];

      for (let time = 0; time < times; time += 1) {
        const answers = await Promise.all(
          Array.from({ length: clients }, () => ask(`${server.url}/slow`, { method: "GET" })),
        );
        for (const { status, headers, text } of answers) {
          if (status === 200) counts.served += 1;
          else if (status === 503 && headers["retry-after"] !== undefined) counts.refused += 1;
          else odd.push(`${status} ${text}`);
        }
      }
      const after = await ask(`${server.url}/one`, { method: "GET" });
      const { failures, requests, latencies } = await others.stop();

      report.row("served", counts.served);
      report.row("refused with Retry-After", counts.refused);
      report.row("requests to others meanwhile", requests);
      report.row("of them failed", failures.length, "0");
      report.row("slowest of them, ms", latencies.max);
      expect(odd).toEqual([]);
      expect(counts.served).toBeGreaterThan(0);
      expect(counts.refused).toBeGreaterThan(0);
      expect(failures).toEqual([]);
      expect(after.status).toBe(200);
    },
  );
});
