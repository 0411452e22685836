import { describe, expect, it } from "@jest/globals";
import { createExchange, createRig, plugin } from "../../test/plugin-rig.ts";
import { BackworksError } from "../errors.ts";
import type { Exchange, Handler, ResponseInit } from "../exchange.ts";
import type { Around, PluginDefinition } from "../plugin.ts";

const route = { endpoint: "users", method: "GET", mode: "mock" };
const handler: Handler = () => ({ body: "handler" });

/** What a request is answered with through the `around` hooks of these plugins. */
async function answerOf(plugins: PluginDefinition[], inner: Handler = handler, exchange = createExchange()) {
  const rig = createRig();
  const wrap = (await rig.load(plugins)).hooksFor(route).around;
  const answer = async (): Promise<ResponseInit> => (wrap === null ? inner : wrap(inner))(exchange);
  return { rig, wrap, answer };
}

const around = (name: string, run: Around, more: Partial<PluginDefinition> = {}): PluginDefinition =>
  plugin(name, { around: run }, more);

describe("an around hook", () => {
  it("is nothing where no plugin has one", async () => {
    const { wrap } = await answerOf([plugin("a", { beforeRequest() {} })]);

    expect(wrap).toBeNull();
  });

  it("answers in the place of the handler, without a promise when it does not wait", async () => {
    const { wrap } = await answerOf([around("a", () => ({ body: "hook" }))]);

    expect(
      wrap?.(() => {
        throw new Error("not asked");
      })(createExchange()),
    ).toEqual({ body: "hook" });
  });

  it("stands about the next one by the order of plugins", async () => {
    const named = (name: string): PluginDefinition =>
      around(name, async (exchange, next) => ({ body: `${name}(${JSON.stringify((await next(exchange)).body)})` }));
    const { answer } = await answerOf([named("b"), named("a")]);

    expect(await answer()).toEqual({ body: 'a("b(\\"handler\\")")' });
  });

  it("hands the handler the exchange itself for its own view of it, and any other as it is", async () => {
    const given: Exchange[] = [];
    const exchange = createExchange();
    const own = { ...createExchange(), id: "own" } as Exchange;
    const { answer } = await answerOf(
      [around("a", (view, next) => (next(own), next(view)))],
      (got) => (given.push(got), { body: "x" }),
      exchange,
    );

    await answer();

    expect(given).toEqual([own, exchange]);
    expect(given[1]).toBe(exchange);
  });

  it.each<[string, Around]>([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("broken");
      },
    ],
  ])("that %s is as if it were not there, and is counted", async (_how, run) => {
    const { answer, rig } = await answerOf([around("a", run)]);

    expect(await answer()).toEqual({ body: "handler" });
    expect((await rig.manager.health())[0]).toMatchObject({ errors: { around: 1 }, lastError: { step: "around" } });
  });

  it("that fails after the handler answered does not have it answer twice", async () => {
    let asked = 0;
    const run: Around = async (exchange, next) => {
      await next(exchange);
      throw new Error("broken");
    };
    const { answer } = await answerOf([around("a", run)], () => ({ body: (asked += 1) }));

    expect(await answer()).toEqual({ body: 1 });
  });

  it("refuses the request when it fails and its plugin fails closed", async () => {
    const { answer } = await answerOf([
      around(
        "a",
        () => {
          throw new Error("broken");
        },
        { failure: "closed" },
      ),
    ]);

    await expect(answer()).rejects.toMatchObject({ code: "BW_PLUGIN_REFUSED" });
  });

  it.each<[string, Handler]>([
    [
      "throws",
      () => {
        throw new TypeError("of the handler");
      },
    ],
    [
      "rejects with",
      async () => {
        throw new TypeError("of the handler");
      },
    ],
  ])("passes on what the handler %s, which is no failure of it", async (_how, failing) => {
    const { answer, rig } = await answerOf([around("a", async (exchange, next) => next(exchange))], failing);

    await expect(answer()).rejects.toThrow("of the handler");
    expect((await rig.manager.health())[0]).toMatchObject({ errors: {} });
  });

  it("may answer with an error that has a code", async () => {
    const { answer, rig } = await answerOf([
      around("a", () => {
        throw new BackworksError("BW_CACHE_ONLY", {});
      }),
    ]);

    await expect(answer()).rejects.toMatchObject({ code: "BW_CACHE_ONLY" });
    expect((await rig.manager.health())[0]).toMatchObject({ errors: {} });
  });

  it("is left out when it failed five times", async () => {
    let calls = 0;
    const { answer } = await answerOf([
      around("a", () => {
        calls += 1;
        throw new Error("broken");
      }),
    ]);

    for (let index = 0; index < 8; index += 1) await answer();

    expect(calls).toBe(5);
  });

  it("is for the routes that its `when` names", async () => {
    const rig = createRig();
    const generation = await rig.load(
      [plugin("a", { around: { when: { endpoints: ["carts"] }, run: () => ({ body: "hook" }) } })],
      { endpoints: { carts: {}, users: {} } },
    );

    expect(generation.hooksFor(route).around).toBeNull();
    expect(generation.hooksFor({ ...route, endpoint: "carts" }).around).not.toBeNull();
  });
});
