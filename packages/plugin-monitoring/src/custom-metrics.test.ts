import { describe, expect, it } from "@jest/globals";
import { silentLogger } from "@backworks/core/testing";
import { valueOf } from "../test/exposition-reader.ts";
import { scrape, startMonitored, yamlOf } from "../test/monitored-app.ts";

const orders = `{ custom: {
      orders_total: { type: counter, help: Orders., endpoints: [orders], labels: { plan: "\${headers.x-plan}" } },
      order_amount: { type: histogram, help: Amounts., value: "\${body.amount}", buckets: [10, 100], endpoints: [orders] },
      last_id: { type: gauge, help: The last one., value: "\${path.id}", methods: [GET], endpoints: [users] },
      big_ids_total: { type: counter, help: Big ones., when: "\${path.id > 10}", endpoints: [users] } } }`;

const post = (amount: unknown, plan: string): RequestInit => ({
  method: "POST",
  body: JSON.stringify({ amount }),
  headers: { "content-type": "application/json", "x-plan": plan },
});

describe("custom metrics", () => {
  it("count, keep and sort values of expressions", async () => {
    await using app = await startMonitored(orders);
    await app.fetch("/orders", post(5, "free"));
    await app.fetch("/orders", post(50, "gold"));
    await app.fetch("/orders", post(500, "gold"));
    await app.fetch("/users/7");
    await app.fetch("/users/12", { method: "DELETE" });

    const text = await scrape(app);

    expect(valueOf(text, "orders_total", { plan: "gold" })).toBe(2);
    expect(valueOf(text, "orders_total", { plan: "free" })).toBe(1);
    expect(valueOf(text, "order_amount_bucket", { le: "100" })).toBe(2);
    expect(valueOf(text, "order_amount_sum")).toBe(555);
    expect(valueOf(text, "last_id")).toBe(7);
    expect(valueOf(text, "big_ids_total")).toBe(1);
  });

  it("are for the method that was asked with, also where no endpoint answers", async () => {
    await using app = await startMonitored(
      "{ custom: { heads_total: { type: counter, help: x, methods: [HEAD] }, posts_total: { type: counter, help: x, methods: [POST] } } }",
    );
    await app.fetch("/users/1", { method: "HEAD" });
    await app.fetch("/users/1");
    await app.fetch("/nowhere", { method: "POST" });

    const text = await scrape(app);

    expect([valueOf(text, "heads_total"), valueOf(text, "posts_total")]).toEqual([1, 1]);
  });

  it("warn of endpoints that are not there", async () => {
    const lines: unknown[] = [];
    const logger = {
      ...silentLogger,
      warn: (...line: readonly unknown[]) => void lines.push(line),
      child: () => logger,
    };
    await using app = await startMonitored(
      "{ custom: { a_total: { type: counter, help: x, endpoints: [users, ordrs] } } }",
      { logger },
    );

    expect((await app.fetch("/users/1")).status).toBe(200);
    expect(JSON.stringify(lines)).toContain('"endpoints":["ordrs"]');
  });

  it("count requests that have no usable value", async () => {
    await using app = await startMonitored(orders);
    await app.fetch("/orders", post("much", "gold"));

    const text = await scrape(app);

    expect(valueOf(text, "backworks_custom_metric_errors_total", { metric: "order_amount" })).toBe(1);
    expect(valueOf(text, "order_amount_count")).toBeUndefined();
  });

  it("go on over a reload as long as their shape is the same", async () => {
    await using app = await startMonitored(orders);
    await app.fetch("/orders", post(5, "gold"));

    app.write("backworks.yaml", yamlOf(orders.replace("[10, 100]", "[10, 200]").replace("Orders.", "All orders.")));
    await app.reload();
    await app.fetch("/orders", post(5, "gold"));

    const text = await scrape(app);
    expect(valueOf(text, "orders_total", { plan: "gold" })).toBe(2);
    expect(valueOf(text, "order_amount_count")).toBe(1);
    expect(text).toContain("# HELP orders_total All orders.\n");
  });

  it("leave their part of the budget to others when a reload takes them away", async () => {
    const keyed = (name: string): string =>
      yamlOf(`{ max_series: 100, process_metrics: false, custom: {
      ${name}: { type: counter, help: x, endpoints: [users], labels: { id: "\${path.id}" } } } }`);
    await using app = await startMonitored("", { yaml: keyed("old_total") });
    for (let id = 0; id < 90; id += 1) await app.fetch(`/users/${id}`);

    app.write("backworks.yaml", keyed("new_total"));
    await app.reload();
    await app.fetch("/users/7");

    const text = await scrape(app);
    expect(valueOf(text, "new_total", { id: "7" })).toBe(1);
    expect(text).not.toContain("old_total");
  });

  it("go on as they were when a reload that takes them away fails", async () => {
    await using app = await startMonitored(orders);
    await app.fetch("/orders", post(5, "gold"));

    app.write("backworks.yaml", yamlOf("{}", "  nobody: {}\n"));
    await expect(app.reload()).rejects.toMatchObject({ code: "BW_PLUGIN_NOT_FOUND" });
    await app.fetch("/orders", post(5, "gold"));

    expect(valueOf(await scrape(app), "orders_total", { plan: "gold" })).toBe(2);
  });

  it("tell every mistake in expressions, with its place", async () => {
    const options = `{ custom: {
      a_total: { type: counter, help: x, value: "\${request.}" },
      b_total: { type: counter, help: x, when: "\${state.n}" } } }`;

    const failure: unknown = await startMonitored(options).catch((error: unknown) => error);

    expect(failure).toMatchObject({ errors: [{ where: { line: 8 } }, { where: { line: 9 } }] });
  });

  it("are told by name which of them is misnamed, beside other mistakes", async () => {
    const options = `{ token: short, custom: {
      a: { type: counter, help: x },
      b_total: { type: gauge, help: x, value: 1 } } }`;

    const failure: unknown = await startMonitored(options).catch((error: unknown) => error);

    expect(failure).toMatchObject({ errors: [{ where: { line: 7 } }, { where: { line: 8 } }, { where: { line: 9 } }] });
  });

  it.each([
    ["an expression that is none", '{ custom: { a_total: { type: counter, help: x, value: "${request.}" } } }'],
    ["what belongs to mock mode", '{ custom: { a_total: { type: counter, help: x, value: "${state.n}" } } }'],
    ["a counter without its ending", "{ custom: { a: { type: counter, help: x } } }"],
    ["a name that is there already", "{ custom: { http_a_total: { type: counter, help: x } } }"],
    ["a label that is reserved", "{ custom: { a_total: { type: counter, help: x, labels: { le: 1 } } } }"],
    ["buckets that do not rise", "{ custom: { a: { type: histogram, help: x, value: 1, buckets: [2, 1] } } }"],
    ["an unknown key", "{ custom: { a_total: { type: counter, help: x, lables: {} } } }"],
  ])("refuse %s", async (_, options) => {
    await expect(startMonitored(options)).rejects.toMatchObject({ code: "BW_CONFIG_INVALID" });
  });
});
