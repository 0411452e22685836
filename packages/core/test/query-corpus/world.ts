import type { Column, ForeignKey, Schema, Table } from "../../src/query/relations.ts";
import type { RowSource } from "../../src/query/memory/related.ts";
import type { Row } from "../../src/query/tree.ts";
import type { ScalarName, ValueType } from "../../src/query/types.ts";

/** A table of the corpus: types as a cast names them, `?` for a column that may be nothing. */
interface TableData {
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey: readonly string[];
  readonly foreignKeys?: readonly ForeignKey[];
  readonly rows: readonly Row[];
}

function key(path: string, target: string, inverse?: string): ForeignKey {
  const [table = "", column = ""] = path.split(".");
  return { name: `${table}_${column}_fkey`, columns: [column], target, targetColumns: ["id"], inverse };
}

/** What every request of the corpus is asked of. */
export const world: Readonly<Record<string, TableData>> = {
  customers: {
    columns: {
      id: "integer",
      name: "text",
      city: "text?",
      vip: "boolean?",
      joined: "date",
      profile: "json?",
      tags: "text[]?",
    },
    primaryKey: ["id"],
    rows: [
      {
        id: 1,
        name: "Ada",
        city: "London",
        vip: true,
        joined: "2020-01-31",
        profile: { age: 36, langs: ["en", "fr"], address: { zip: "N1" } },
        tags: ["math", "engine"],
      },
      { id: 2, name: "Bob", city: "Paris", vip: false, joined: "2021-06-01", profile: { age: 9 }, tags: [] },
      { id: 3, name: "cyd", city: null, vip: null, joined: "2021-06-01", profile: null, tags: null },
      {
        id: 4,
        name: 'Dee, "D"',
        city: "London",
        vip: false,
        joined: "2024-02-29",
        profile: { age: 100, langs: [], address: null },
        tags: ["art", "math", "a,b"],
      },
      {
        id: 5,
        name: "E_e%\\",
        city: "Oslo (N)",
        vip: true,
        joined: "2019-12-31",
        profile: { "odd-key": 1 },
        tags: ["x"],
      },
    ],
  },
  profiles: {
    columns: { customer_id: "integer", bio: "text" },
    primaryKey: ["customer_id"],
    foreignKeys: [key("profiles.customer_id", "customers")],
    rows: [
      { customer_id: 1, bio: "countess" },
      { customer_id: 2, bio: "builder" },
    ],
  },
  addresses: {
    columns: { id: "integer", street: "text" },
    primaryKey: ["id"],
    rows: [
      { id: 1, street: "High St" },
      { id: 2, street: "Low Rd" },
    ],
  },
  orders: {
    columns: {
      id: "integer",
      customer_id: "integer?",
      total: "number",
      status: "text",
      placed: "timestamp",
      billing: "integer",
      shipping: "integer?",
    },
    primaryKey: ["id"],
    foreignKeys: [
      key("orders.customer_id", "customers"),
      key("orders.billing", "addresses"),
      key("orders.shipping", "addresses"),
    ],
    rows: [
      { id: 10, customer_id: 1, total: 20.5, status: "paid", placed: "2024-01-01T10:00:00Z", billing: 1, shipping: 2 },
      { id: 11, customer_id: 1, total: 5, status: "open", placed: "2024-01-02T00:00:00Z", billing: 1, shipping: null },
      { id: 12, customer_id: 2, total: 99, status: "paid", placed: "2024-01-02T12:30:00Z", billing: 2, shipping: 2 },
      { id: 13, customer_id: null, total: 1, status: "void", placed: "2024-03-01T00:00:00Z", billing: 2, shipping: 1 },
      { id: 14, customer_id: 4, total: 20.5, status: "open", placed: "2023-12-31T23:00:00Z", billing: 1, shipping: 1 },
    ],
  },
  products: {
    columns: { id: "integer", name: "text", price: "decimal?", sold: "integer range?" },
    primaryKey: ["id"],
    rows: [
      { id: 1, name: "Pen", price: "2.50", sold: "[1,5)" },
      { id: 2, name: "Ink", price: "10.00", sold: "[5,10)" },
      { id: 3, name: "Cup", price: "0.10", sold: "[20,)" },
      { id: 4, name: "Map", price: null, sold: null },
    ],
  },
  items: {
    columns: { order_id: "integer", product_id: "integer", quantity: "integer" },
    primaryKey: ["order_id", "product_id"],
    foreignKeys: [key("items.order_id", "orders"), key("items.product_id", "products")],
    rows: [
      { order_id: 10, product_id: 2, quantity: 1 },
      { order_id: 10, product_id: 1, quantity: 3 },
      { order_id: 12, product_id: 1, quantity: 10 },
      { order_id: 14, product_id: 3, quantity: 2 },
    ],
  },
  staff: {
    columns: { id: "integer", name: "text", boss: "integer?" },
    primaryKey: ["id"],
    foreignKeys: [key("staff.boss", "staff", "team")],
    rows: [
      { id: 1, name: "Root", boss: null },
      { id: 2, name: "Left", boss: 1 },
      { id: 3, name: "Right", boss: 1 },
      { id: 4, name: "Leaf", boss: 2 },
    ],
  },
  /** Nobody says what its columns hold. */
  loose: {
    columns: { id: "integer", v: "any?" },
    primaryKey: ["id"],
    rows: [
      { id: 1, v: 5 },
      { id: 2, v: "5" },
      { id: 3, v: true },
      { id: 4, v: null },
      { id: 5, v: "is.null" },
      { id: 6, v: { a: [1, { b: "x" }] } },
      { id: 7, v: [1, "two"] },
      { id: 8, v: -0.5 },
      { id: 9 },
    ],
  },
};

function typeOf(word: string): ValueType {
  if (word.endsWith("[]")) return { name: "list", of: word.slice(0, -2) as ScalarName };
  if (word.endsWith(" range")) return { name: "range", of: word.split(" ")[0] as ScalarName };
  return { name: word as ScalarName };
}

function tableOf(name: string, data: TableData): Table {
  const columns = Object.entries(data.columns).map(([column, word]): [string, Column] => {
    const nullable = word.endsWith("?");
    const type = typeOf(word.replace("?", ""));
    return [column, { name: column, type, nullable, hasDefault: false, generated: false }];
  });
  const { primaryKey, foreignKeys = [] } = data;
  return { name, columns: new Map(columns), primaryKey, uniques: [], foreignKeys };
}

const tables = new Map(Object.entries(world).map(([name, data]) => [name, tableOf(name, data)]));

/** The corpus as a schema. */
export const schema: Schema = { table: (name) => tables.get(name), names: [...tables.keys()] };

/** The corpus as rows in memory. */
export const source: RowSource = { rows: (table) => world[table]?.rows ?? [] };
