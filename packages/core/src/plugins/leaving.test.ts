import { request } from "node:http";
import { describe, expect, it } from "@jest/globals";
import type { PluginDefinition } from "../plugin.ts";
import { definePlugin } from "../plugin.ts";
import { startApp } from "../testing.ts";

/** A plugin that waits for the client to leave, once the handler was asked. */
function waiting(name: string, heard: (who: string) => void): PluginDefinition {
  return definePlugin({
    name,
    version: "1.0.0",
    initialize: () => ({
      around(exchange, next) {
        exchange.onLeave(() => heard(`${name} before`));
        const answer = next(exchange);
        exchange.onLeave(() => heard(name));
        return answer;
      },
    }),
  });
}

describe("a client that leaves", () => {
  it("is told of to every plugin and to the handler, whoever listened last", async () => {
    const heard: string[] = [];
    let tell = (): void => {};
    const all = new Promise<void>((resolve) => (tell = resolve));
    const hear = (who: string): void => {
      heard.push(who);
      if (heard.length === 3) tell();
    };
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const own = definePlugin({
      name: "own",
      version: "1.0.0",
      initialize: () => ({
        contributes: {
          handlers: [
            {
              name: "slow",
              path: "/slow",
              handler(exchange) {
                exchange.onLeave(() => hear("handler"));
                asked();
                return new Promise<never>(() => {});
              },
            },
          ],
        },
      }),
    });
    await using app = await startApp({
      yaml: "name: x\nplugins: { a: {}, b: {}, own: {} }\nendpoints: {}",
      plugins: [waiting("a", hear), waiting("b", hear), own],
    });
    const client = request(`${app.url}/slow`).on("error", () => {});
    client.end();

    await isAsked;
    client.destroy();
    await all;

    expect(heard.toSorted()).toEqual(["a", "b", "handler"]);
  });
});
