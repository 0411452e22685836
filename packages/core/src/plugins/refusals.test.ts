import { describe, expect, it } from "@jest/globals";
import { BackworksError } from "../errors.ts";
import type { BeforeRequest, Hook, PluginDefinition } from "../plugin.ts";
import { definePlugin } from "../plugin.ts";
import { startApp } from "../testing.ts";

const yaml = `name: x
server: { limits: { body_size: 1KB } }
endpoints: { a: { path: /a, methods: [GET, POST], mock: { body: { b: 1 } } } }
plugins: { guard: {} }`;

function guard(beforeRequest: Hook<BeforeRequest>, failure: "open" | "closed" = "open"): PluginDefinition {
  return definePlugin({
    name: "guard",
    version: "1.0.0",
    failure,
    async initialize({ createRouter }) {
      const router = await createRouter();
      router.get("/", (_request, response) => response.send("mounted"));
      return {
        beforeRequest,
        afterResponse: ({ response }) => response.headers.set("x-after", "yes"),
        contributes: { routes: [{ path: "/mounted", handler: router }] },
      };
    },
  });
}

async function codeOf(answer: Response): Promise<unknown> {
  return ((await answer.json()) as { readonly code?: unknown }).code;
}

const refuse = (): never => {
  throw new BackworksError("BW_REQUEST_INVALID", { problem: "no" });
};

describe("a hook that refuses a request with an error", () => {
  it.each<[string, BeforeRequest]>([
    ["at once", refuse],
    ["after a while", async () => refuse()],
    ["though it answered before", (exchange) => (exchange.respond({ body: "early" }), refuse())],
  ])("%s has answered, and has not failed", async (_when, beforeRequest) => {
    await using app = await startApp({ yaml, plugins: [guard(beforeRequest)] });

    for (const path of ["/a", "/a", "/nowhere", "/mounted", "/a", "/a", "/a"]) {
      const answer = await app.fetch(path);
      expect([path, answer.status, await codeOf(answer)]).toEqual([path, 400, "BW_REQUEST_INVALID"]);
      expect(answer.headers.get("x-after")).toBe("yes");
    }
    expect((await app.plugins.health())[0]).toMatchObject({ state: "started", errors: {} });
  });

  it.each(["open", "closed"] as const)("does not rest for bodies that are too large: %s", async (failure) => {
    const reads: BeforeRequest = async (exchange) => void (await exchange.request.body());
    await using app = await startApp({ yaml, plugins: [guard(reads, failure)] });

    for (let times = 0; times < 6; times += 1) {
      const answer = await app.fetch("/a", { method: "POST", body: "x".repeat(2000) });
      expect([answer.status, await codeOf(answer)]).toEqual([413, "BW_REQUEST_TOO_LARGE"]);
    }
    expect((await app.fetch("/a")).status).toBe(200);
    expect((await app.plugins.health())[0]).toMatchObject({ state: "started", errors: {} });
  });

  it("has failed with what is no fault of the client", async () => {
    const fail: BeforeRequest = () => {
      throw new BackworksError("BW_SERVICE_MISSING", { service: "a" });
    };
    await using app = await startApp({ yaml, plugins: [guard(fail, "closed")] });

    expect((await app.fetch("/a")).status).toBe(503);
    expect((await app.plugins.health())[0]).toMatchObject({ errors: { beforeRequest: 1 } });
  });
});
