import { expect } from "@jest/globals";
import { ask } from "../http.ts";
import { startServer } from "../server.ts";
import { createWorkspace } from "../workspace.ts";
import type { WholeAnswer } from "./answer-reader.ts";
import { startLoad } from "./load.ts";
import type { Report } from "./report.ts";
import { lostOf, startWriters, untilTrue } from "./writers.ts";

/** A server that a test may stop and start again. */
export interface OwnServer {
  readonly url: string;
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
}

export interface RestartScale {
  readonly times: number;
  readonly clients: number;
}

/** Endpoints over the database `main`: rows that are added and listed, a statement that reads nothing, and a mock. */
export const itemsEndpoints = `  items:
    path: /items
    database:
      use: main
      queries:
        GET: SELECT id FROM items ORDER BY id
        POST: INSERT INTO items (id) VALUES (\${body.id})
      table: items
      fields: { id: { type: integer, primary_key: true } }
  one: { path: /one, database: { use: main, query: SELECT 1 AS one } }
  hello: { path: /hello, mock: { body: hello } }`;

function configurationOf({ url }: OwnServer): string {
  const type = url.startsWith("mysql") ? "mysql" : "postgresql";
  return `name: faults
rate_limit: false
server: { overload: false }
logging: { file: faults.log, requests: false }
databases: { main: { type: ${type}, connection_string: "${url}", pool: { max_connections: 4, connection_timeout: 1s } } }
endpoints:
${itemsEndpoints}
`;
}

/** An answer, or a problem that says when to come back. */
function answeredOrAway({ status, headers, text }: WholeAnswer): string | undefined {
  if (status === 200) return undefined;
  const told = headers.get("content-type") === "application/problem+json" && headers.get("retry-after") !== undefined;
  return status === 503 && told ? undefined : `${status} ${text}`;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Stops and starts a database while clients read and write: problems meanwhile, soon back, nothing lost, others unharmed. */
export async function restartUnderLoad(
  database: OwnServer,
  { times, clients }: RestartScale,
  report: Report,
): Promise<void> {
  using project = createWorkspace();
  project.write("backworks.yaml", configurationOf(database));
  await using server = await startServer({ cwd: project.folder, timeoutMs: 280_000 });
  const items = `${server.url}/items`;
  await using writers = startWriters(items, clients);
  await using load = startLoad(server.url, { kept: clients, fresh: 1, path: () => "/one", check: answeredOrAway });
  await using others = startLoad(server.url, { kept: 2, fresh: 1, path: () => "/hello" });
  let slowestMs = 0;

  for (let time = 0; time < times; time += 1) {
    await sleep(300);
    await database.stop();
    await untilTrue(async () => (await ask(`${server.url}/ready`, { method: "GET" })).status === 503);
    await sleep(300);
    await database.start();
    const backMs = await untilTrue(async () => (await ask(items, { method: "GET" })).status === 200);
    slowestMs = Math.max(slowestMs, backMs);
  }
  await writers.stop();
  const lost = await lostOf(items, writers);
  const [reads, unharmed] = [await load.stop(), await others.stop()];

  report.row("restarts", times);
  report.row("rows acknowledged", writers.acknowledged.length);
  report.row("writes refused meanwhile", writers.refused);
  report.row("acknowledged and lost", lost.length, "0");
  report.row("slowest recovery, ms", slowestMs, "<= 2000");
  report.row("reads", reads.requests);
  report.row("slowest answer, ms", reads.latencies.max);
  expect(lost).toEqual([]);
  expect(writers.odd).toEqual([]);
  expect(writers.acknowledged.length).toBeGreaterThan(0);
  expect(reads.failures).toEqual([]);
  expect(unharmed.failures).toEqual([]);
  expect(slowestMs).toBeLessThanOrEqual(2000);
}
