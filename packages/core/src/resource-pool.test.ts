import { describe, expect, it } from "@jest/globals";
import { createResourcePool } from "./resource-pool.ts";

describe("createResourcePool", () => {
  it("opens a resource once for all who hold it, and closes it with the last", async () => {
    const pool = createResourcePool();
    const events: string[] = [];
    const recipe = { open: async () => events.push("open"), close: () => void events.push("close") };
    const [first, second] = [{}, {}];

    const values = await Promise.all([
      pool.acquire("x", first, recipe),
      pool.acquire("x", second, recipe),
      pool.acquire("x", first, recipe),
    ]);
    await pool.release(first);
    const between = [...events];
    await pool.release(second);

    expect(values).toEqual([1, 1, 1]);
    expect([between, events, pool.keys]).toEqual([["open"], ["open", "close"], []]);
  });

  it("tries again after opening failed", async () => {
    const pool = createResourcePool();
    let attempts = 0;
    const recipe = {
      open: () => {
        attempts += 1;
        if (attempts === 1) throw new Error("boom");
        return attempts;
      },
      close() {},
    };

    await expect(pool.acquire("x", {}, recipe)).rejects.toThrow("boom");

    expect(await pool.acquire("x", {}, recipe)).toBe(2);
  });

  it("opens a key again only after it was closed", async () => {
    const pool = createResourcePool();
    const events: string[] = [];
    let finish = (): void => {};
    const recipe = {
      open: () => void events.push("open"),
      close: async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        events.push("closed");
      },
    };
    const holder = {};
    await pool.acquire("x", holder, recipe);

    const released = pool.release(holder);
    const again = pool.acquire("x", {}, recipe);
    await new Promise(setImmediate);
    finish();
    await Promise.all([released, again]);

    expect(events).toEqual(["open", "closed", "open"]);
  });

  it("tells what failed to close, and closes the rest", async () => {
    const pool = createResourcePool();
    const holder = {};
    let closed = false;
    await pool.acquire("x", holder, {
      open() {},
      close() {
        throw new Error("boom");
      },
    });
    await pool.acquire("y", holder, { open() {}, close: () => void (closed = true) });

    const failures = await pool.release(holder);

    expect(failures).toMatchObject([{ error: { message: "boom" } }]);
    expect(closed).toBe(true);
  });
});
