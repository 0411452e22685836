import { describe, expect, it } from "@jest/globals";
import type { Next } from "@backworks/core";
import { createEndpoint, exchangeFor, slowHandler } from "../../test/endpoint-rig.ts";
import { purge } from "./purge.ts";
import { read } from "./read.ts";

describe("reading through the cache", () => {
  it("asks once for ten thousand that miss the same at the same time", async () => {
    const endpoint = await createEndpoint();
    const handler = slowHandler();

    const asking = Array.from({ length: 10_000 }, async () => read(endpoint, exchangeFor("/a"), handler.next));
    await handler.answer("once");
    const answers = await Promise.all(asking);

    expect(handler.calls).toBe(1);
    expect(answers.every(({ body }) => Buffer.from(body as Uint8Array).toString() === "once")).toBe(true);
    expect(endpoint.context.numbers).toMatchObject({ misses: 10_000, collapsed: 9999, stored: 1 });
  });

  it("answers a hit without a promise", async () => {
    const endpoint = await createEndpoint();
    await read(endpoint, exchangeFor("/a"), () => ({ body: "x" }));

    expect(read(endpoint, exchangeFor("/a"), () => ({ body: "y" }))).toMatchObject({ status: 200 });
  });

  it("does not use what was asked for before a purge and comes after it", async () => {
    const endpoint = await createEndpoint();
    const handler = slowHandler();

    const before = read(endpoint, exchangeFor("/a"), handler.next);
    while (handler.calls === 0) await Promise.resolve();
    await purge(endpoint.context, ["named:users"]);
    const after = read(endpoint, exchangeFor("/a"), () => ({ body: "new" }));
    await handler.answer("old");
    const answers = await Promise.all([before, after]);
    const later = await read(endpoint, exchangeFor("/a"), () => ({ body: "newer" }));

    const texts = [...answers, later].map(({ body }) => Buffer.from(body as Uint8Array).toString());
    expect(texts[0]).toBe("old");
    expect(texts[1]).toBe("new");
    expect(texts[2]).not.toBe("old");
  });

  it("fails all who wait with what the handler throws, and asks again after that", async () => {
    const endpoint = await createEndpoint();
    const fail: Next = async () => {
      throw new TypeError("broken");
    };

    const asking = Array.from({ length: 10 }, async () => read(endpoint, exchangeFor("/a"), fail));

    for (const settled of await Promise.allSettled(asking)) expect(settled).toMatchObject({ status: "rejected" });
    expect(await read(endpoint, exchangeFor("/a"), () => ({ body: "x" }))).toMatchObject({ status: 200 });
  });

  it("keeps no more than it may, the longest unused going first", async () => {
    const endpoint = await createEndpoint(20_000);
    const body = "x".repeat(1000);

    for (let index = 0; index < 100; index += 1) {
      await read(endpoint, exchangeFor(`/${index}`), () => ({ body }));
      await read(endpoint, exchangeFor("/0"), () => ({ body: "again" }));
    }

    const { entries = 0, bytes = 0 } = endpoint.context.store.numbers();
    expect(bytes).toBeLessThanOrEqual(20_000);
    expect(entries).toBeGreaterThan(5);
    expect(endpoint.context.numbers.misses).toBe(100);
  });

  it("forgets which tags were purged by voiding what is older", async () => {
    const { context } = await createEndpoint();
    const endpoint = { context, policy: (await createEndpoint()).policy };
    await read(endpoint, exchangeFor("/a"), () => ({ body: "x" }));

    for (let index = 0; index < 100_001; index += 1) await context.store.purge([`t${index}`]);

    expect(await read(endpoint, exchangeFor("/a"), () => ({ body: "y" }))).toMatchObject({ status: 200 });
    expect(context.numbers.hits).toBe(0);
  });
});
