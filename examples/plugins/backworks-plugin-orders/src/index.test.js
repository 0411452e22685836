import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { pluginContract, registerChecks, startApp } from "@backworks/testkit";
import orders from "./index.js";

const line = { sku: "book", amount: 2, cents: 1000 };
const order = { customer: "Ada", lines: [line] };

let app;

async function start(options = "{}") {
  app = await startApp({ yaml: `name: test\nendpoints: {}\nplugins: { orders: ${options} }`, plugins: [orders] });
}

function post(body) {
  const headers = { "content-type": "application/json" };
  return app.fetch("/orders", { method: "POST", headers, body: JSON.stringify(body) });
}

describe("backworks-plugin-orders", () => {
  afterEach(() => app.close());

  it("takes an order, adds it up and gives it back", async () => {
    await start();

    const taken = await post(order);
    const read = await app.fetch(taken.headers.get("location"));

    expect(taken.status).toBe(201);
    expect(await read.json()).toEqual({ id: 1, ...order, total_cents: 2380 });
  });

  it.each([
    ["lines.0.amount", { customer: "Ada", lines: [{ ...line, amount: 0 }] }],
    ["customer", { lines: [line] }],
    ["lines", { customer: "Ada", lines: [] }],
  ])("refuses a mistake in %s and names it", async (path, body) => {
    await start();

    const refused = await post(body);

    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ errors: [{ path }] });
  });

  it("keeps its orders over a reload, and counts on", async () => {
    await start("{ most: 2 }");
    await post(order);

    await app.plugins.hotReload("orders", { most: 2, vat_ratio: 0 });
    const second = await post(order);
    const third = await post(order);

    expect(await second.json()).toMatchObject({ id: 2, total_cents: 2000 });
    expect(third.status).toBe(507);
    expect((await app.fetch("/orders/1")).status).toBe(200);
    expect((await app.fetch("/orders/9")).status).toBe(404);
  });
});

describe("the contract", () => {
  const json = { "content-type": "application/json" };
  const options = {
    otherOptions: { most: 5 },
    requests: [{ path: "/orders", init: { method: "POST", headers: json, body: JSON.stringify(order) } }],
    packageFolder: join(import.meta.dirname, ".."),
  };
  registerChecks(pluginContract(orders, options), it);
});
