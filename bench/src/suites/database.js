// What answering a table by itself costs, against statements written by hand and statements knex builds. PostgreSQL is left out without BW_PG.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare } from "../compare.js";

const contestants = [
  { label: "node:http, prepared by hand", name: "database-by-hand" },
  { label: "node:http, knex", name: "database-knex" },
  { label: "backworks, auto_crud", name: "database-backworks" },
];

const row = JSON.stringify({ name: "new", price: 2.5, active: true, supplier_id: 7 });
/** The embedded table is called as the contestant calls it. */
const joined = "/products?select=id,name,suppliers:backworks_suppliers(name)&price=gt.400&order=id&limit=20";

const cases = [
  { title: "GET by id", request: { method: "GET", path: "/products/7" } },
  { title: "list of 20", request: { method: "GET", path: "/products" } },
  { title: "filtered list of 20, one row embedded in each", request: { method: "GET", path: joined } },
  { title: "POST of a row, answered with it", request: { method: "POST", path: "/products", body: row } },
];

export async function database(settings) {
  const tables = [];
  for (const type of ["sqlite", ...(process.env.BW_PG === undefined ? [] : ["postgresql"])]) {
    for (const { title, request } of cases) tables.push(await measure({ type, title, request }, settings));
  }
  return tables;
}

async function measure({ type, title, request }, settings) {
  const folder = mkdtempSync(join(tmpdir(), "backworks-bench-"));
  try {
    const entries = contestants.map((one) => ({
      ...one,
      request,
      options: { type, file: join(folder, `${one.name}.db`) },
    }));
    return { title: `${type}: ${title}`, rows: await compare({ entries, ...settings, warmRequests: 20_000 }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
