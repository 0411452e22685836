// node:http with statements that were written and prepared by hand: `pg` as most would use it, and the SQLite library.
import { openFile, openServer, plainRow, tablesOf, type } from "./database-rows.js";
import { serveRows } from "./database-server.js";

const tables = tablesOf("hand");
const columns = "id, name, price, active, supplier_id";
const texts = {
  one: `SELECT ${columns} FROM ${tables.products} WHERE id = $1`,
  list: `SELECT ${columns} FROM ${tables.products} ORDER BY id LIMIT 20`,
  joined: `SELECT p.id, p.name, s.name AS supplier FROM ${tables.products} p LEFT JOIN ${tables.suppliers} s ON s.id = p.supplier_id WHERE p.price > $1 ORDER BY p.id LIMIT 20`,
  insert: `INSERT INTO ${tables.products} (name, price, active, supplier_id) VALUES ($1, $2, $3, $4) RETURNING ${columns}`,
};

serveRows(type === "sqlite" ? byLibrary(openFile(tables)) : byPool(await openServer(tables)));

function byLibrary(sqlite) {
  const prepared = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, sqlite.prepare(text.replace(/\$\d/g, "?"))]),
  );
  return async (name, values) => prepared[name].all(...values).map(plainRow);
}

function byPool(pool) {
  return async (name, values) => (await pool.query({ name, text: texts[name], values })).rows;
}
