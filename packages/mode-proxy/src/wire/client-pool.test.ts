import { describe, expect, it } from "@jest/globals";
import type { Dispatcher } from "undici";
import { answering, startUpstream, until } from "../../test/wire-rig.ts";
import { ClientPool } from "./client-pool.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const noTimes = { headersTimeout: 0, bodyTimeout: 0 };

/** Asks, and writes what becomes of it into `log`. */
function ask(pool: Dispatcher, path: string, log: string[]): void {
  pool.dispatch(
    { method: "GET", path, headers: [] },
    {
      onConnect() {},
      onHeaders: () => true,
      onData: () => true,
      onComplete: () => void log.push(path),
      onError: (error) => void log.push(`${path} ${error.message}`),
    },
  );
}

describe("ClientPool", () => {
  it("makes no more connections than it may, and serves who waits in order", async () => {
    const log: string[] = [];
    await using upstream = await startUpstream(answering(ok));
    const pool = new ClientPool(`http://127.0.0.1:${upstream.port}`, 2, noTimes);
    const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
    for (const path of paths) ask(pool, path, log);
    await until(() => log.length === paths.length);
    await pool.destroy();

    expect(upstream.connections).toBe(2);
    expect(upstream.requests.map((text) => text.split(" ")[1])).toEqual(paths);
    expect(log.toSorted()).toEqual(paths.toSorted());
  });

  it("uses the connection again that was used last", async () => {
    const log: string[] = [];
    await using upstream = await startUpstream(answering(ok));
    const pool = new ClientPool(`http://127.0.0.1:${upstream.port}`, Infinity, noTimes);
    for (let count = 1; count <= 5; count += 1) {
      ask(pool, `/${count}`, log);
      await until(() => log.length === count);
      // The client is free a turn after its answer.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await pool.destroy();

    expect(upstream.connections).toBe(1);
  });

  it("may be asked as any dispatcher, and connects anew where a connection was lost", async () => {
    await using upstream = await startUpstream(answering(ok, { close: true }));
    const pool = new ClientPool(`http://127.0.0.1:${upstream.port}`, 1, noTimes);
    for (let count = 0; count < 3; count += 1) {
      const { body } = await pool.request({ method: "GET", path: "/" });
      expect(await body.text()).toBe("ok");
      await until(() => upstream.open.size === 0);
    }
    await pool.destroy();
  });

  it("fails what waits and what is under way when it is destroyed, and whatever comes then", async () => {
    const log: string[] = [];
    await using upstream = await startUpstream(() => {});
    const pool = new ClientPool(`http://127.0.0.1:${upstream.port}`, 1, noTimes);
    ask(pool, "/one", log);
    ask(pool, "/two", log);
    await until(() => upstream.requests.length === 1);
    await pool.destroy();
    ask(pool, "/three", log);
    await until(() => log.length === 3 && upstream.open.size === 0);

    expect(log.toSorted()).toEqual([
      "/one The client is destroyed",
      "/three The client is destroyed",
      "/two The client is destroyed",
    ]);
  });
});
