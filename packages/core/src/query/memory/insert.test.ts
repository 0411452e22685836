import { describe, expect, it } from "@jest/globals";
import { schema, source } from "../../../test/query-corpus/index.ts";
import type { Preferences } from "../prefer.ts";
import { checkInsert } from "../check/write.ts";
import type { Schema } from "../relations.ts";
import type { Row } from "../tree.ts";
import { checkQuery } from "../check/check.ts";
import { parseQuery } from "../syntax/parse.ts";
import type { RowStore } from "./insert.ts";
import { runInsert } from "./insert.ts";
import { compileSelection } from "./run.ts";

interface Log {
  readonly store: RowStore;
  readonly writes: string[];
}

/** The corpus, writable: rows without an id get one from 100 on; what has `bad` does not fit. */
function createStore(): Log {
  const writes: string[] = [];
  const added = new Map<string, Row[]>();
  let next = 100;
  return {
    writes,
    store: {
      rows: (table) => [...source.rows(table), ...(added.get(table) ?? [])],
      insert(table, row, pointer) {
        writes.push(`${table} ${pointer}`);
        if (row["bad"] !== undefined) return undefined;
        const stored = schema.table(table)?.primaryKey.includes("id") === true ? { id: next++, ...row } : row;
        added.set(table, [...(added.get(table) ?? []), stored]);
        return stored;
      },
      update(table, _before, { row, pointer }) {
        writes.push(`update ${table} ${pointer}`);
        return row;
      },
    },
  };
}

type Body = readonly [table: string, rows: readonly Row[]];

function insert(log: Log, [table, rows]: Body, preferences: Preferences = {}): readonly Row[] {
  const query = parseQuery(preferences.resolution === undefined ? {} : { on_conflict: "name" });
  const checked = checkInsert(rows, { schema, table, query, preferences });
  return runInsert(checked, log.store, true).rows;
}

describe("runInsert", () => {
  it("stores what a row leads to before it, and what leads to it after it", () => {
    const log = createStore();

    const rows = insert(log, [
      "orders",
      [{ total: 1, customers: { name: "New" }, items: [{ quantity: 1, products: { name: "Gem" } }] }],
    ]);

    expect(rows).toEqual([{ id: 101, total: 1, customer_id: 100 }]);
    expect(log.writes).toEqual([
      "customers /0/customers",
      "orders /0",
      "products /0/items/0/products",
      "items /0/items/0",
    ]);
    expect([...log.store.rows("items")].at(-1)).toEqual({ quantity: 1, order_id: 101, product_id: 102 });
  });

  it("joins rows through a junction", () => {
    const log = createStore();

    insert(log, ["orders", [{ total: 1, products: [{ name: "A" }, { name: "B" }] }]]);

    expect([...log.store.rows("items")].slice(-2)).toEqual([
      { order_id: 100, product_id: 101 },
      { order_id: 100, product_id: 102 },
    ]);
  });

  it("stores one row below another that it alone belongs to", () => {
    const log = createStore();

    insert(log, ["customers", [{ name: "X", profiles: { bio: "new" } }]]);

    expect([...log.store.rows("profiles")].at(-1)).toEqual({ bio: "new", customer_id: 100 });
  });

  it("leaves out what belongs to a row that does not fit", () => {
    const log = createStore();
    const bad = { ...schema, table: (name: string) => ({ ...schema.table(name)!, open: true }) };
    const rows = [{ bad: true, orders: [{ total: 1 }] }];

    runInsert(
      checkInsert(rows, { schema: bad, table: "customers", query: parseQuery({}), preferences: {} }),
      log.store,
      true,
    );

    expect(log.writes).toEqual(["customers /0"]);
  });

  it("tells rows that are there by the columns of on_conflict", () => {
    const log = createStore();
    const rows = [{ name: "Ada", city: "Rome" }, { name: "New" }];

    expect(insert(log, ["customers", rows], { resolution: "merge-duplicates" })).toMatchObject([
      { id: 1, name: "Ada", city: "Rome", vip: true },
      { id: 100, name: "New" },
    ]);
    expect(insert(createStore(), ["customers", rows], { resolution: "ignore-duplicates" })).toEqual([
      { id: 100, name: "New" },
    ]);
  });
});

describe("checkInsert", () => {
  const check = (row: Row, over: Schema = schema): unknown =>
    checkInsert([row], { schema: over, table: "orders", query: parseQuery({}), preferences: {} });

  it.each([
    ["an unknown column", { totl: 1 }, "BW_QUERY_UNKNOWN_COLUMN"],
    ["a list for one row", { customers: [{ name: "A" }] }, "BW_QUERY_INVALID"],
    ["no row for a row", { items: [5] }, "BW_QUERY_INVALID"],
    ["an unknown column of a nested row", { items: [{ quantty: 1 }] }, "BW_QUERY_UNKNOWN_COLUMN"],
  ])("refuses %s", (_case, row, code) => {
    expect(() => check(row as Row)).toThrow(expect.objectContaining({ code }));
  });

  it("refuses a column that is computed", () => {
    const orders = schema.table("orders")!;
    const columns = new Map(
      [...orders.columns!].map(([name, column]) => [name, { ...column, generated: name === "total" }]),
    );
    const computed: Schema = {
      ...schema,
      table: (name) => (name === "orders" ? { ...orders, columns } : schema.table(name)),
    };

    expect(() => check({ total: 1 }, computed)).toThrow(expect.objectContaining({ code: "BW_QUERY_INVALID" }));
    expect(() => check({ status: "open" }, computed)).not.toThrow();
  });
});

describe("embedded rows", () => {
  it("are refused when they grow without bounds", () => {
    const rows = Array.from({ length: 100 }, (_, id) => ({ id: id === 0 ? 1 : id + 1000, name: "x", boss: 1 }));
    const ask = (select: string): readonly Row[] => {
      const query = checkQuery(parseQuery({ select, id: "eq.1" }), { schema, table: "staff" });
      return compileSelection(query.shape).run(query.values, { source: { rows: () => rows } }).rows;
    };

    expect(ask("team(boss(name))")).toHaveLength(1);
    expect(() => ask("team(boss(team(boss(team(id)))))")).toThrow(
      expect.objectContaining({ code: "BW_QUERY_INVALID", hint: "limit the rows that are embedded" }),
    );
  });
});
