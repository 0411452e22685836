import { describe, expect, it } from "@jest/globals";
import { identityOf, setIdentity } from "../identity.ts";
import type * as core from "../index.ts";
import { definePlugin } from "../plugin.ts";
import { defineService, provideService } from "../service.ts";
import { startApp } from "../testing.ts";

/** Core as it was built: to the sources that serve here it is another copy, as that of a project is to the command of npx. */
async function loadOther(): Promise<typeof core> {
  const built = new URL("../../dist/index.js", import.meta.url);
  // The same modules, built.
  return (await import(built.pathname)) as typeof core;
}

const endpoints = "endpoints: { a: { path: /a, mock: { body: { answer: a } } } }";

describe("a plugin with a core of its own", () => {
  it("says who asks to those who have another, and hears it from them", async () => {
    const other = await loadOther();
    const teller = other.definePlugin({
      name: "teller",
      version: "1.0.0",
      order: { before: ["asker"] },
      initialize: () => ({
        beforeRequest: (exchange) => other.setIdentity(exchange, { roles: ["editor"], claims: { sub: "ada" } }),
        afterResponse: (exchange) =>
          exchange.response.headers.set("x-heard", JSON.stringify(other.identityOf(exchange)?.claims["sub"])),
      }),
    });
    const asker = definePlugin({
      name: "asker",
      version: "1.0.0",
      initialize: () => ({
        beforeRequest(exchange) {
          const { roles = [], claims = {} } = identityOf(exchange) ?? {};
          setIdentity(exchange, { roles, claims: { sub: [claims["sub"] ?? "nobody", ...roles] } });
        },
      }),
    });
    await using app = await startApp({
      yaml: `name: x\n${endpoints}\nplugins: { teller: {}, asker: {} }`,
      plugins: [teller, asker],
    });

    expect((await app.fetch("/a")).headers.get("x-heard")).toBe('["ada","editor"]');
  });

  it("answers with its own headers, errors and faults, and has others see another request", async () => {
    const other = await loadOther();
    const plugin = other.definePlugin({
      name: "own",
      version: "1.0.0",
      initialize: () => ({
        beforeRequest(exchange) {
          const { query } = exchange.request;
          if ("listed" in query) exchange.respond({ headers: other.HeaderList.from({ "x-own": "1" }), body: "own" });
          if ("lost" in query) exchange.respond({ body: new other.ConnectionFault("reset") });
        },
        around(exchange, next) {
          if ("refused" in exchange.request.query)
            throw new other.BackworksError("BW_REQUEST_INVALID", { problem: "no" });
          return next(other.changeRequest(exchange, { search: "q=changed" }));
        },
      }),
    });
    await using app = await startApp({
      yaml: `name: x\nendpoints: { a: { path: /a, mock: { body: "\${query.q}" } } }\nplugins: { own: {} }`,
      plugins: [plugin],
    });

    expect(await (await app.fetch("/a?q=1")).text()).toBe("changed");
    const refused = await app.fetch("/a?refused");
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: "BW_REQUEST_INVALID" }]);
    const listed = await app.fetch("/a?listed");
    expect([listed.headers.get("x-own"), await listed.text()]).toEqual(["1", "own"]);
    await expect(app.fetch("/a?lost")).rejects.toThrow("fetch failed");
  });

  it("finds the services of core and of plugins that have another", async () => {
    const other = await loadOther();
    const offering = definePlugin({
      name: "offering",
      version: "1.0.0",
      initialize: () => ({ contributes: { services: [provideService(defineService("words"), ["a", "b"])] } }),
    });
    const asking = other.definePlugin({
      name: "asking",
      version: "1.0.0",
      requires: { offering: "*" },
      initialize({ service }) {
        const words = service(other.defineService<readonly string[]>("words"));
        const observation = service(other.observationService);
        const namesOf = (): string[] => observation.plugins().map(({ name }) => name);
        return {
          contributes: {
            handlers: [
              { name: "words", path: "/words", handler: () => ({ body: { words: [...words], plugins: namesOf() } }) },
            ],
          },
        };
      },
    });
    await using app = await startApp({
      yaml: `name: x\n${endpoints}\nplugins: { offering: {}, asking: {} }`,
      plugins: [offering, asking],
    });

    expect(await (await app.fetch("/words")).json()).toEqual({ words: ["a", "b"], plugins: ["offering", "asking"] });
  });
});
