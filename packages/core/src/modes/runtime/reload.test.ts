import { describe, expect, it } from "@jest/globals";
import type { BackworksError } from "../../errors.ts";
import { partsOf } from "../../invalid-config.ts";
import { startApp } from "../../server/start-app.ts";
import type { StartedApp } from "../../server/start-app.ts";

const counting = `
  const price = require("./price.cjs");
  let calls = 0;
  module.exports = async (request, context) => ({ price, calls: calls += 1, kept: await context.state.increment("n") });`;

function startShop(isolation: string): Promise<StartedApp> {
  const endpoints = {
    shop: { path: "/shop", runtime: { handler: "./shop.cjs", isolation } },
    other: { path: "/other", runtime: { handler: "module.exports = () => 'other';", isolation } },
  };
  return startApp({
    yaml: JSON.stringify({ name: "shop", endpoints }),
    files: { "shop.cjs": counting, "price.cjs": "module.exports = 1;" },
  });
}

async function ask(app: StartedApp): Promise<unknown> {
  return (await app.fetch("/shop")).json();
}

describe.each(["worker", "process"])("a reload, in isolation %s", (isolation) => {
  it("keeps what did not change: the thread, and what it remembers", async () => {
    await using app = await startShop(isolation);

    const before = await ask(app);
    app.write(
      "backworks.yaml",
      JSON.stringify({
        name: "shop",
        description: "changed",
        endpoints: { shop: { path: "/shop", runtime: { handler: "./shop.cjs", isolation } } },
      }),
    );
    const { changed } = await app.reload();

    expect(changed).toBe(true);
    expect(before).toEqual({ price: 1, calls: 1, kept: 1 });
    expect(await ask(app)).toEqual({ price: 1, calls: 2, kept: 2 });
    expect((await app.fetch("/other")).status).toBe(404);
  });

  it("runs the handler that was saved, also when only what it imports was", async () => {
    await using app = await startShop(isolation);
    await ask(app);

    app.write("price.cjs", "module.exports = 2;");
    await app.reload();

    expect(await ask(app)).toEqual({ price: 2, calls: 1, kept: 1 });
  });

  it("is refused by a mistake in a handler, with its place, and what serves goes on", async () => {
    await using app = await startShop(isolation);
    await ask(app);

    app.write("price.cjs", "module.exports = \n(;");
    const refused: unknown = await app.reload().catch((error: unknown) => error);

    const [mistake] = partsOf(refused as BackworksError);
    expect(mistake?.code).toBe("BW_RUNTIME_LOAD");
    expect(mistake?.where).toMatchObject({ source: { file: "price.cjs" }, line: 2 });
    expect(await ask(app)).toEqual({ price: 1, calls: 2, kept: 2 });
  });

  it("tells a mistake in a module that is imported with its place", async () => {
    const endpoint = { path: "/", runtime: { handler: "./h.mjs", isolation } };
    await using app = await startApp({
      yaml: JSON.stringify({ name: "esm", endpoints: { one: endpoint } }),
      files: { "h.mjs": 'import { x } from "./x.mjs"; export default () => x;', "x.mjs": "export const x = 1;" },
    });

    app.write("x.mjs", "export const y = 1;\nexport const x = (;");
    const refused: unknown = await app.reload().catch((error: unknown) => error);

    const [mistake] = partsOf(refused as BackworksError);
    expect(mistake?.where).toMatchObject({ source: { file: "x.mjs" }, line: 2 });
  });

  it("lets calls end that began before it", async () => {
    await using app = await startApp({
      yaml: JSON.stringify({
        name: "slow",
        endpoints: { slow: { path: "/", runtime: { handler: "./slow.cjs", isolation } } },
      }),
      files: {
        "slow.cjs": "module.exports = async () => { await new Promise((r) => setTimeout(r, 300)); return 'old'; };",
      },
    });

    const slow = app.fetch("/");
    await new Promise((resolve) => setTimeout(resolve, 100));
    app.write("slow.cjs", "module.exports = () => 'new';");
    await app.reload();

    expect(await (await app.fetch("/")).text()).toBe("new");
    expect(await (await slow).text()).toBe("old");
  });
});
