import { describe, expect, it } from "@jest/globals";
import type { Dispatcher } from "undici";
import { answering, createPool, startUpstream, until } from "../../test/wire-rig.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

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
    const pool = createPool(`http://127.0.0.1:${upstream.port}`, 2);
    const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
    for (const path of paths) ask(pool.within(2000), path, log);
    await until(() => log.length === paths.length);
    await pool.destroy();

    expect(upstream.connections).toBe(2);
    expect(upstream.requests.map((text) => text.split(" ")[1])).toEqual(paths);
    expect(log.toSorted()).toEqual(paths.toSorted());
  });

  it("uses the connection again that was used last", async () => {
    const log: string[] = [];
    await using upstream = await startUpstream(answering(ok));
    const pool = createPool(`http://127.0.0.1:${upstream.port}`, Infinity);
    for (let count = 1; count <= 5; count += 1) {
      ask(pool.within(2000), `/${count}`, log);
      await until(() => log.length === count);
      // The client is free a turn after its answer.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await pool.destroy();

    expect(upstream.connections).toBe(1);
  });

  it("may be asked as any dispatcher, and connects anew where a connection was lost", async () => {
    await using upstream = await startUpstream(answering(ok, { close: true }));
    const pool = createPool(`http://127.0.0.1:${upstream.port}`, 1);
    for (let count = 0; count < 3; count += 1) {
      const { body } = await pool.within(2000).request({ method: "GET", path: "/" });
      expect(await body.text()).toBe("ok");
      await until(() => upstream.open.size === 0);
    }
    await pool.destroy();
  });

  it("fails what waits and what is under way when it is destroyed, and whatever comes then", async () => {
    const log: string[] = [];
    await using upstream = await startUpstream(() => {});
    const pool = createPool(`http://127.0.0.1:${upstream.port}`, 1);
    ask(pool.within(2000), "/one", log);
    ask(pool.within(2000), "/two", log);
    await until(() => upstream.requests.length === 1);
    await pool.destroy();
    ask(pool.within(2000), "/three", log);
    await until(() => log.length === 3 && upstream.open.size === 0);

    expect(log.toSorted()).toEqual([
      "/one The client is destroyed",
      "/three The client is destroyed",
      "/two The client is destroyed",
    ]);
  });

  it("keeps of the connections of a busy time those that are needed, and forgets the others", async () => {
    const log: string[] = [];
    await using upstream = await startUpstream(answering(ok));
    const pool = createPool(`http://127.0.0.1:${upstream.port}`, Infinity, { keepAliveTimeout: 100 });
    const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
    for (const path of paths) ask(pool.within(2000), path, log);
    await until(() => log.length === paths.length);
    const most = [pool.size, upstream.open.size];
    await until(() => {
      ask(pool.within(2000), "/more", log);
      return pool.size <= 2 && upstream.open.size <= 2;
    });
    const kept = pool.size;
    await pool.destroy();

    expect(most).toEqual([50, 50]);
    expect(kept).toBeGreaterThan(0);
  });

  it("forgets a connection that was lost or never there", async () => {
    const log: string[] = [];
    const upstream = await startUpstream(answering(ok));
    const pool = createPool(`http://127.0.0.1:${upstream.port}`, Infinity);
    ask(pool.within(2000), "/one", log);
    await until(() => log.length === 1);
    await upstream[Symbol.asyncDispose]();
    await until(() => pool.size === 0);
    ask(pool.within(2000), "/two", log);
    await until(() => log.length === 2 && pool.size === 0);
    await pool.destroy();

    expect(log).toEqual(["/one", expect.stringContaining("ECONNREFUSED")]);
  });

  it("has a connection free again after what is no request", async () => {
    const log: string[] = [];
    await using upstream = await startUpstream(answering(ok));
    const pool = createPool(`http://127.0.0.1:${upstream.port}`, 1);
    for (const path of ["/one", "/no path", "/two", "/no path", "/three"]) ask(pool.within(2000), path, log);
    await until(() => log.length === 5);
    await pool.destroy();

    expect(log.filter((line) => !line.includes("invalid"))).toEqual(["/one", "/two", "/three"]);
  });

  it("has nobody wait longer for his turn than for a connection, whoever else may wait", async () => {
    const log: string[] = [];
    await using upstream = await startUpstream((socket) => void setTimeout(() => socket.write(ok), 300));
    const pool = createPool(`http://127.0.0.1:${upstream.port}`, 1);
    ask(pool.within(2000), "/one", log);
    ask(pool.within(50), "/hurried", log);
    ask(pool.within(2000), "/two", log);
    await until(() => log.length === 3);
    await pool.destroy();

    expect(log).toEqual(["/hurried no connection was free in time", "/one", "/two"]);
    expect(upstream.connections).toBe(1);
  });
});
