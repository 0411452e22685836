// One contestant of database.js in a process of its own.
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { serve } from "@backworks/core";
import database from "@backworks/mode-database";

const [, , name, type, file] = process.argv;
const require = createRequire(import.meta.resolve("@backworks/mode-database"));
const columns = "id, name, price, active";
const make = [
  "DROP TABLE IF EXISTS bench_items",
  "CREATE TABLE bench_items (id integer PRIMARY KEY, name varchar(50) NOT NULL, price double precision, active boolean)",
];

const url = name === "hand" ? await (type === "sqlite" ? sqliteByHand() : postgresqlByHand()) : await backworks();
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpu: user + system });
});
process.send({ url });

async function sqliteByHand() {
  const sqlite = new (require("libsql"))(file);
  sqlite.exec("PRAGMA journal_mode = WAL");
  for (const statement of make) sqlite.exec(statement);
  const insert = sqlite.prepare("INSERT INTO bench_items VALUES (?, ?, ?, ?)");
  for (let id = 1; id <= 1000; id += 1) insert.run(id, `item ${id}`, id / 2, id % 2);
  const byId = sqlite.prepare(`SELECT ${columns} FROM bench_items WHERE id = ?`);
  const list = sqlite.prepare(`SELECT ${columns} FROM bench_items ORDER BY id LIMIT 20`);
  const toItem = ({ id, name: label, price, active }) => ({ id, name: label, price, active: active === 1 });
  return listen(async (path) => (path === "/items" ? list.all().map(toItem) : toItem(byId.get(Number(path.slice(7))))));
}

async function postgresqlByHand() {
  const { Pool } = require("pg");
  const pool = new Pool({ connectionString: process.env.BW_PG, max: 10 });
  for (const statement of make) await pool.query(statement);
  await pool.query(
    "INSERT INTO bench_items SELECT n, 'item ' || n, n / 2.0, n % 2 = 1 FROM generate_series(1, 1000) n",
  );
  const byId = { name: "by-id", text: `SELECT ${columns} FROM bench_items WHERE id = $1` };
  const list = { name: "list", text: `SELECT ${columns} FROM bench_items ORDER BY id LIMIT 20` };
  return listen(async (path) => {
    if (path === "/items") return (await pool.query(list)).rows;
    return (await pool.query({ ...byId, values: [path.slice(7)] })).rows[0];
  });
}

async function listen(answer) {
  const server = createServer(async (request, response) => {
    const text = JSON.stringify(await answer(request.url));
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

async function backworks() {
  const folder = `${file}.backworks`;
  mkdirSync(folder, { recursive: true });
  const where = type === "sqlite" ? `file_path: "${file}"` : `connection_string: "${process.env.BW_PG}"`;
  const yaml = `name: bench
logging: { level: error }
databases: { main: { type: ${type}, ${where} } }
endpoints:
  item: { path: "/items/{id}", database: { query: "SELECT ${columns} FROM bench_items WHERE id = \${path.id}" } }
  items: { path: /items, database: { query: "SELECT ${columns} FROM bench_items ORDER BY id LIMIT 20" } }
`;
  writeFileSync(join(folder, "backworks.yaml"), yaml);
  const running = await serve({ cwd: folder, modes: [database], port: 0, host: "127.0.0.1" });
  return running.url;
}
