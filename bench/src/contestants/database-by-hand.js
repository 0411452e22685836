// node:http with statements that were written and prepared by hand: `pg` as most would use it, and the SQLite library.
import { createServer } from "node:http";
import { openFile, openServer, tablesOf, type } from "./database-rows.js";
import { report } from "./report.js";

const tables = tablesOf("hand");
const columns = "id, name, price, active, supplier_id";
const texts = {
  one: `SELECT ${columns} FROM ${tables.products} WHERE id = $1`,
  list: `SELECT ${columns} FROM ${tables.products} ORDER BY id LIMIT 20`,
  joined: `SELECT p.id, p.name, s.name AS supplier FROM ${tables.products} p LEFT JOIN ${tables.suppliers} s ON s.id = p.supplier_id WHERE p.price > $1 ORDER BY p.id LIMIT 20`,
  insert: `INSERT INTO ${tables.products} (name, price, active, supplier_id) VALUES ($1, $2, $3, $4) RETURNING ${columns}`,
};

const ask = type === "sqlite" ? byLibrary(openFile(tables)) : byPool(await openServer(tables));

function byLibrary(sqlite) {
  const prepared = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, sqlite.prepare(text.replace(/\$\d/g, "?"))]),
  );
  const plain = (row) => (row.active === undefined ? row : { ...row, active: row.active === 1 });
  return async (name, values) => prepared[name].all(...values).map(plain);
}

function byPool(pool) {
  return async (name, values) => (await pool.query({ name, text: texts[name], values })).rows;
}

async function answer(request) {
  if (request.method === "POST") return insert(request);
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname !== "/products") return { body: (await ask("one", [Number(pathname.slice(10))]))[0] };
  const price = searchParams.get("price");
  if (price === null) return { body: await ask("list", []) };
  const rows = await ask("joined", [Number(price.slice(3))]);
  return { body: rows.map(({ id, name, supplier }) => ({ id, name, suppliers: { name: supplier } })) };
}

async function insert(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { name, price, active, supplier_id } = JSON.parse(Buffer.concat(chunks).toString());
  const flag = type === "sqlite" ? Number(active) : active;
  const [body] = await ask("insert", [name, price, flag, supplier_id]);
  return { status: 201, body, location: `/products/${body.id}` };
}

const server = createServer(async (request, response) => {
  const { status = 200, body, location } = await answer(request);
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...(location && { location }),
  });
  response.end(text);
});
server.listen(0, "127.0.0.1", () => report(server.address().port));
