import { spawnSync } from "node:child_process";
import { describe, expect } from "@jest/globals";
import { startServer } from "../server.ts";
import { createWorkspace } from "../workspace.ts";
import { fault } from "./fault.ts";

const configuration = `name: attacked
rate_limit: false
server: { overload: false }
logging: { file: attacked.log, requests: false }
databases: { main: { type: sqlite, file_path: data/app.db } }
endpoints:
  items:
    path: /items
    database:
      table: items
      auto_crud: true
      fields: { id: { type: integer, primary_key: true }, name: { type: text }, price: { type: integer } }
  search:
    path: /search
    database:
      queries:
        GET: SELECT id, name FROM items WHERE name LIKE '%\${query.q}%' ORDER BY id LIMIT \${query.limit:-10}
        POST: SELECT id, name FROM items WHERE name = \${body.name} OR price = \${body.price}
        "GET /search/{id}": SELECT id, name FROM items WHERE id = \${path.id}
`;

/** What is attacked: the asterisk is where, otherwise every parameter. */
const targets: readonly (readonly [name: string, path: string, ...words: readonly string[]])[] = [
  ["a text in a pattern, a limit", "/search?q=a&limit=5"],
  ["a parameter of the path", "/search/1*"],
  ["members of a body", "/search", '--data={"name":"a","price":5}'],
  ["a filter of a column", "/items?name=eq.a*"],
  ["a list of a filter", "/items?id=in.(1,2*)"],
  ["a tree", "/items?or=(name.eq.a*,price.gt.2)"],
  ["columns", "/items?select=id*,name"],
  ["an order", "/items?order=name.desc*"],
  ["a page", "/items?limit=2*"],
  ["a key", "/items/1*"],
];

const isThere = spawnSync("sqlmap", ["--version"], { stdio: "ignore" }).status === 0;
const isLong = process.env["BW_FAULTS"] === "long";

interface Scale {
  readonly level: number;
  /** Of one target. */
  readonly seconds: number;
}

// It takes minutes: for the long form alone.
(isThere && isLong ? describe : describe.skip)("SQL that is made of values", () => {
  fault<Scale>(
    "sqlmap",
    { short: { level: 1, seconds: 30 }, long: { level: 3, seconds: 240 }, limitMs: 45 * 60_000 },
    async ({ level, seconds }, report) => {
      using project = createWorkspace();
      project.write("backworks.yaml", configuration);
      await using server = await startServer({ cwd: project.folder, timeoutMs: 44 * 60_000 });
      for (const [id, name] of ["tea", "ink", "apple"].entries())
        await addItem(server.url, { id: id + 1, name, price: id });

      const found: string[] = [];
      for (const [name, path, ...words] of targets) {
        const args = [
          "-u",
          server.url + path,
          "--batch",
          "--flush-session",
          `--level=${level}`,
          "--risk=2",
          "--threads=4",
          "--timeout=5",
          "--retries=0",
        ];
        const options = { encoding: "utf8", timeout: seconds * 1000, cwd: project.folder } as const;
        const { stdout, signal } = spawnSync(
          "sqlmap",
          [...args, `--output-dir=${project.folder}/sqlmap`, ...words],
          options,
        );
        const injectable = /is vulnerable|appears to be .*injectable|identified the following injection/i.test(stdout);
        const finished = /do not appear to be injectable/i.test(stdout);
        if (!injectable && !finished && signal === null) found.push(`${name} was not tried\n${stdout.slice(-4000)}`);
        report.row(name, injectable ? "INJECTABLE" : signal === null ? "safe" : "safe, time is over", "safe");
        if (injectable) found.push(`${name}\n${stdout.slice(-4000)}`);
      }

      expect(found).toEqual([]);
    },
  );
});

async function addItem(url: string, item: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const { status } = await fetch(`${url}/items`, { method: "POST", headers, body: JSON.stringify(item) });
  expect(status).toBe(201);
}
