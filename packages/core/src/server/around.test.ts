import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "../plugin.ts";
import type { PluginInstance } from "../plugin.ts";
import { startApp } from "./start-app.ts";

const yaml = [
  "name: shop",
  "endpoints: { users: { path: /users, methods: [GET, POST], rate_limit: { requests_per_minute: 2 }, mock: { body: 1 } } }",
  "plugins: { odd: {} }",
].join("\n");

async function start(instance: PluginInstance) {
  return startApp({ yaml, plugins: [definePlugin({ name: "odd", version: "1.0.0", initialize: () => instance })] });
}

describe("a request with an around hook", () => {
  it("is refused before the hook where it is refused, and changed by afterResponse behind it", async () => {
    let calls = 0;
    await using app = await start({
      around: () => ((calls += 1), { body: "hook" }),
      afterResponse: ({ response }) => response.headers.set("x-after", "yes"),
    });

    const answers = await Promise.all([1, 2, 3].map(() => app.fetch("/users")));

    expect(answers.map(({ status }) => status).sort((left, right) => left - right)).toEqual([200, 200, 429]);
    expect(answers[0]?.headers.get("x-after")).toBe("yes");
    expect(calls).toBe(2);
  });

  it("has the time of the handler", async () => {
    let enter: () => void = () => {};
    const entered = new Promise<void>((resolve) => (enter = resolve));
    await using app = await start({ around: () => (enter(), new Promise(() => {})) });

    const answering = app.fetch("/users");
    await entered;
    await app.clock.advance(30_000);

    expect((await answering).status).toBe(504);
  });

  it("is not there for what no endpoint answers", async () => {
    await using app = await start({ around: () => ({ body: "hook" }) });

    expect((await app.fetch("/nope")).status).toBe(404);
  });

  it("tells an endpoint that changed by its identity", async () => {
    const seen: (string | undefined)[] = [];
    await using app = await start({
      around: (exchange, next) => (seen.push(exchange.route?.identity), next(exchange)),
    });

    await app.fetch("/users");
    app.write("backworks.yaml", yaml.replace("name: shop", "name: store"));
    await app.reload();
    await app.fetch("/users");
    app.write("backworks.yaml", yaml.replace("body: 1", "body: 2"));
    await app.reload();
    await app.clock.advance(60_000);
    await app.fetch("/users");

    expect(seen[0]).toBe(seen[1]);
    expect(seen[2]).not.toBe(seen[0]);
  });
});
