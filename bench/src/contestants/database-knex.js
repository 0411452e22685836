// node:http with statements that knex builds for each request, as an application that uses it would.
import {
  driverOf,
  file,
  openFile,
  openServer,
  plainRow,
  server as connection,
  tablesOf,
  type,
} from "./database-rows.js";
import { serveRows } from "./database-server.js";

const tables = tablesOf("knex");
if (type === "sqlite") openFile(tables).close();
else await (await openServer(tables)).end();

const knex = driverOf("knex");
const db =
  type === "sqlite"
    ? knex({ client: sqliteClient(), connection: { filename: file }, useNullAsDefault: true })
    : knex({ client: "pg", connection, pool: { max: 10 } });
if (type === "sqlite") await db.raw("PRAGMA synchronous = NORMAL");

/** The library all contestants open files with, which has the interface of the one knex knows. */
function sqliteClient() {
  const Client = driverOf("knex/lib/dialects/better-sqlite3/index.js");
  return class extends Client {
    _driver() {
      return driverOf("libsql");
    }
  };
}

const columns = ["id", "name", "price", "active", "supplier_id"];
const queries = {
  one: ([id]) => db(tables.products).select(columns).where({ id }),
  list: () => db(tables.products).select(columns).orderBy("id").limit(20),
  joined: ([price]) =>
    db({ p: tables.products })
      .leftJoin({ s: tables.suppliers }, "s.id", "p.supplier_id")
      .select("p.id", "p.name", "s.name as supplier")
      .where("p.price", ">", price)
      .orderBy("p.id")
      .limit(20),
  insert: ([name, price, active, supplier_id]) =>
    db(tables.products).insert({ name, price, active, supplier_id }).returning(columns),
};

serveRows(async (name, values) => {
  const rows = await queries[name](values);
  return type === "sqlite" ? rows.map(plainRow) : rows;
});
