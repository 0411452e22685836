// What contestants of the suite `database` have in their databases: 100 suppliers and 1000 products, in tables of their own.
import { createRequire } from "node:module";

/** Drivers are those of the package. */
export const driverOf = createRequire(import.meta.resolve("@backworks/mode-database"));

export const { type, file } = JSON.parse(process.env.BENCH_OPTIONS);
export const server = process.env.BW_PG;

export function tablesOf(owner) {
  return { suppliers: `${owner}_suppliers`, products: `${owner}_products` };
}

function statements({ suppliers, products }) {
  const counting = type === "sqlite" ? "INTEGER PRIMARY KEY" : "serial PRIMARY KEY";
  return [
    `DROP TABLE IF EXISTS ${products}`,
    `DROP TABLE IF EXISTS ${suppliers}`,
    `CREATE TABLE ${suppliers} (id ${counting}, name varchar(50) NOT NULL)`,
    `CREATE TABLE ${products} (id ${counting}, name varchar(50) NOT NULL, price double precision, active boolean, supplier_id integer REFERENCES ${suppliers} (id))`,
    `CREATE INDEX ${products}_price ON ${products} (price)`,
  ];
}

/** Fills a file, which stays open. */
export function openFile(tables) {
  const sqlite = new (driverOf("libsql"))(file);
  sqlite.exec("PRAGMA journal_mode = WAL");
  sqlite.exec("PRAGMA synchronous = NORMAL");
  sqlite.exec("PRAGMA foreign_keys = ON");
  for (const statement of statements(tables)) sqlite.exec(statement);
  const supplier = sqlite.prepare(`INSERT INTO ${tables.suppliers} (name) VALUES (?)`);
  for (let id = 1; id <= 100; id += 1) supplier.run(`supplier ${id}`);
  const product = sqlite.prepare(
    `INSERT INTO ${tables.products} (name, price, active, supplier_id) VALUES (?, ?, ?, ?)`,
  );
  for (let id = 1; id <= 1000; id += 1) product.run(`product ${id}`, id / 2, id % 2, (id % 100) + 1);
  return sqlite;
}

export async function openServer(tables) {
  const { Pool } = driverOf("pg");
  const pool = new Pool({ connectionString: server, max: 10 });
  for (const statement of statements(tables)) await pool.query(statement);
  await pool.query(`INSERT INTO ${tables.suppliers} (name) SELECT 'supplier ' || n FROM generate_series(1, 100) n`);
  await pool.query(
    `INSERT INTO ${tables.products} (name, price, active, supplier_id) SELECT 'product ' || n, n / 2.0, n % 2 = 1, n % 100 + 1 FROM generate_series(1, 1000) n`,
  );
  return pool;
}

/** A row as PostgreSQL gives it, of one SQLite gave. */
export function plainRow(row) {
  return row.active === undefined ? row : { ...row, active: row.active === 1 };
}
