// Two endpoints with `auto_crud`.
import { serve } from "@backworks/core";
import database from "@backworks/mode-database";
import { file, openFile, openServer, server, tablesOf, type } from "./database-rows.js";
import { report } from "./report.js";

const tables = tablesOf("backworks");
if (type === "sqlite") openFile(tables).close();
else await (await openServer(tables)).end();

const main = type === "sqlite" ? { type, file_path: file } : { type, connection_string: server };
const endpoint = (path, table, more) => ({ path, database: { table, auto_crud: true, ...more } });
const config = {
  name: "bench",
  logging: { enabled: false },
  // Other work of the machine may make it late, and a refusal costs next to nothing.
  server: { overload: false },
  databases: { main },
  endpoints: {
    suppliers: endpoint("/suppliers", tables.suppliers),
    products: endpoint("/products", tables.products, { page: { default: 20, max: 100 } }),
  },
};
const app = await serve({ config, modes: [database], port: 0, host: "127.0.0.1", cwd: import.meta.dirname });
report(app.port);
