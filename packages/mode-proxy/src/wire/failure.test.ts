import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { freePort } from "../../../../scripts/free-port.js";
import type { RetryPolicy } from "../retry/retry-policy.ts";

import { answering, head, noLimits, readAll, startProxy, startUpstream, talk, until } from "../../test/wire-rig.ts";
import type { ProxyOptions, Script } from "../../test/wire-rig.ts";

/** What a client gets for one request, and how the attempts ended. */
async function through(
  script: Script,
  options: ProxyOptions = {},
  request = head("GET", "/"),
): Promise<{ readonly answer: string; readonly outcomes: readonly unknown[]; readonly connections: number }> {
  await using upstream = await startUpstream(script);
  await using proxy = await startProxy(upstream.port, options);
  const answer = await talk(proxy.port, request);
  await until(() => proxy.target.inFlight === 0);
  return { answer, outcomes: proxy.outcomes, connections: upstream.connections };
}

const codeOf = (answer: string): string | undefined => /"code":"(BW_\w+)"/.exec(answer)?.[1];

const whole = "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello";
const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

/** Whether an answer passes for a whole one. */
function looksWhole(answer: string): boolean {
  const [head_ = "", body = ""] = answer.split(/\r\n\r\n(.*)/s);
  const length = /^content-length: (\d+)/im.exec(head_)?.[1];
  return length === undefined ? /(?:^|\r\n)0\r\n/.test(body) : body.length === Number(length);
}

describe("an upstream that breaks off", () => {
  it.each(["reset", "end"])(
    "at each byte of an answer is never taken for one that is whole: %s",
    async (way) => {
      const places = [whole, chunked].flatMap((text) => text.split("").map((_, index) => text.slice(0, index)));
      let place = 0;
      await using upstream = await startUpstream((socket) => {
        const part = places[place] ?? "";
        const breakOff = (): void => void (way === "reset" ? socket.resetAndDestroy() : socket.end());
        if (part === "") breakOff();
        else socket.write(part, () => setImmediate(breakOff));
      });
      await using proxy = await startProxy(upstream.port);
      for (place = 0; place < places.length; place += 1) {
        const answer = await talk(proxy.port, head("POST", "/"));
        const isProblem = /^HTTP\/1.1 502 .*"code":"BW_UPSTREAM_(?:RESET|PROTOCOL)"/s.test(answer);
        const isCut = /^HTTP\/1.1 200 /.test(answer) && !looksWhole(answer);
        // All of the body and none of what ends it may be a body of HTTP/1.0.
        expect([places[place], isProblem || isCut || answer === ""]).toEqual([places[place], true]);
      }
      await until(() => proxy.target.inFlight === 0);

      expect(proxy.outcomes.every((outcome) => outcome.kind === "failed")).toBe(true);
    },
    60_000,
  );

  it.each<[string, string, string]>([
    ["no HTTP", "220 mail ready\r\n", "BW_UPSTREAM_PROTOCOL"],
    ["a status that is none", "HTTP/1.1 abc OK\r\n\r\n", "BW_UPSTREAM_PROTOCOL"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "BW_UPSTREAM_PROTOCOL"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", "BW_UPSTREAM_PROTOCOL"],
    [
      "a length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "BW_UPSTREAM_PROTOCOL",
    ],
    ["a broken length", "HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nok", "BW_UPSTREAM_PROTOCOL"],
    ["a broken field", "HTTP/1.1 200 OK\r\nX A: 1\r\n\r\n", "BW_UPSTREAM_PROTOCOL"],
    ["a NUL in a field", "HTTP/1.1 200 OK\r\nX-A: \0\r\n\r\n", "BW_UPSTREAM_PROTOCOL"],
    [
      "a switch nobody asked for",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
      "BW_UPSTREAM_PROTOCOL",
    ],
    ["endless fields", `HTTP/1.1 200 OK\r\n${"X-A: 1\r\n".repeat(10_000)}\r\n`, "BW_UPSTREAM_PROTOCOL"],
  ])("by sending %s is a 502 that says so", async (_, bytes, code) => {
    const { answer } = await through(answering(bytes, { close: true }));

    expect(answer).toMatch(/^HTTP\/1.1 502 /);
    expect(codeOf(answer)).toBe(code);
  });

  it.each([
    ["less than it said", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"],
    ["a chunk of no size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"],
    ["a chunk that goes on", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n"],
    ["chunks that do not end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
  ])("in the middle of the body, with %s, has the client's connection cut", async (_, bytes) => {
    const { answer, outcomes } = await through(answering(bytes, { close: true }));

    expect(answer.startsWith("HTTP/1.1 502 ") || !looksWhole(answer)).toBe(true);
    expect(outcomes).toEqual([{ kind: "failed", failure: expect.stringMatching(/reset|protocol/) }]);
  });

  it("by sending more than it said gives what it said, and its connection is not used again", async () => {
    await using upstream = await startUpstream(answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more"));
    await using proxy = await startProxy(upstream.port);

    const answers = [await talk(proxy.port, head("GET", "/")), await talk(proxy.port, head("GET", "/"))];

    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 200 .*\r\n\r\nok$/s);
    expect(upstream.connections).toBe(2);
  });

  it("is a 502 when nothing listens there, and when its name is nobody's", async () => {
    await using proxy = await startProxy(await freePort());
    const answer = await talk(proxy.port, head("GET", "/"));

    expect(answer).toMatch(/^HTTP\/1.1 502 /);
    expect(codeOf(answer)).toBe("BW_UPSTREAM_UNREACHABLE");
    expect(proxy.outcomes).toEqual([{ kind: "failed", failure: "connect" }]);
  });

  it("is a 503 when no target is left", async () => {
    const plan: ProxyOptions["plan"] = { upstream: { name: "users", pick: () => undefined, report() {} } };
    await using proxy = await startProxy(1, { plan });

    expect(await talk(proxy.port, head("GET", "/"))).toMatch(/^HTTP\/1.1 503 .*BW_UPSTREAM_NONE/s);
  });
});

describe("a transfer coding that nobody has undone", () => {
  it.each(["gzip, chunked", "chunked, x-gzip", "deflate"])("is a 502: %s", async (coding) => {
    const bytes = `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n2\r\nok\r\n0\r\n\r\n`;
    const { answer } = await through(answering(bytes, { close: true }));

    expect(answer).toMatch(/^HTTP\/1.1 502 .*BW_UPSTREAM_PROTOCOL/s);
  });

  it.each(["Chunked", "a word that nobody knows"])("is not %j", async (coding) => {
    const bytes = `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n2\r\nok\r\n0\r\n\r\n`;
    const { answer } = await through(answering(bytes, { close: true }));

    expect(answer).toMatch(/^HTTP\/1.1 200 .*ok/s);
  });
});

describe("an upstream that takes too long", () => {
  const silent: Script = () => {};

  it.each([
    ["that has no body", head("GET", "/"), []],
    ["whose body came slowly", `${head("POST", "/", ["content-length: 4"])}a`, ["b", "c", "d"]],
    ["whose body waited for 100 Continue", head("POST", "/", ["content-length: 1", "expect: 100-continue"]), ["a"]],
  ])("to answer a request %s is a 504, so long after all of it was sent", async (_what, text, pieces) => {
    await using upstream = await startUpstream((socket) => void socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"));
    await using proxy = await startProxy(upstream.port, { plan: { timeouts: { ...noLimits, headersMs: 1500 } } });
    const client = connect(proxy.port, "127.0.0.1");
    const answer = readAll(client);
    client.write(text);
    await until(() => upstream.requests.length === 1);
    for (const piece of pieces) {
      await proxy.app.clock.advance(1000);
      client.write(piece);
      await until(() => upstream.requests[0]?.endsWith(piece) === true);
    }
    await until(() => proxy.target.inFlight === 1);
    await proxy.app.clock.advance(1499);
    expect(proxy.outcomes).toEqual([]);
    await proxy.app.clock.advance(1);

    expect(await answer).toMatch(/HTTP\/1.1 504 .*BW_UPSTREAM_TIMEOUT/s);
    expect(proxy.outcomes).toEqual([{ kind: "failed", failure: "timeout" }]);
    await until(() => upstream.open.size === 0);
  });

  it("to take a body is a 504, and who takes too long to send one gets a 408", async () => {
    await using upstream = await startUpstream((socket) => void socket.pause());
    await using proxy = await startProxy(upstream.port, { plan: { timeouts: { ...noLimits, idleMs: 2000 } } });
    const [full, empty] = [connect(proxy.port, "127.0.0.1"), connect(proxy.port, "127.0.0.1")];
    const answers = [readAll(full), readAll(empty)];
    full.write(head("POST", "/", ["content-length: 100000000"]));
    full.write(Buffer.alloc(50_000_000));
    empty.write(`${head("POST", "/", ["content-length: 10"])}half`);
    await until(() => upstream.requests.length === 2);
    // Until nothing more goes on.
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250));
    for (let left = -1; left !== full.writableLength; await pause()) left = full.writableLength;
    await proxy.app.clock.advance(2000);

    expect(await answers[0]).toMatch(/^HTTP\/1.1 504 .*BW_UPSTREAM_TIMEOUT/s);
    expect(await answers[1]).toMatch(/^HTTP\/1.1 408 .*BW_REQUEST_TIMEOUT/s);
    const kinds = proxy.outcomes.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(["cancelled", "failed"]);
    for (const socket of upstream.open) socket.resume();
    await until(() => upstream.open.size === 0);
  });

  it("to go on has the client's connection cut", async () => {
    const stalls: Script = (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    const { answer, outcomes } = await through(stalls, { plan: { timeouts: { ...noLimits, idleMs: 50 } } });

    expect(answer).toMatch(/^HTTP\/1.1 200 .*hello$/s);
    expect(outcomes).toEqual([{ kind: "failed", failure: "timeout" }]);
  });

  it("for the whole answer is a 504 before it has begun, and cut off after", async () => {
    const trickles: Script = (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 5);
      socket.on("close", () => clearInterval(timer));
    };
    const plan = { timeouts: { ...noLimits, totalMs: 5000 } };
    for (const [script, pattern] of [
      [silent, /^HTTP\/1.1 504 .*BW_UPSTREAM_TIMEOUT/s],
      [trickles, /^HTTP\/1.1 200 (?!.*0\r\n\r\n$)/s],
    ] as const) {
      await using upstream = await startUpstream(script);
      await using proxy = await startProxy(upstream.port, { plan });
      const answer = talk(proxy.port, head("GET", "/"));
      await until(() => upstream.requests.length === 1);
      await proxy.app.clock.advance(4999);
      expect(proxy.target.inFlight).toBe(1);
      await proxy.app.clock.advance(2);

      expect(await answer).toMatch(pattern);
      expect(proxy.outcomes).toEqual([{ kind: "failed", failure: "timeout" }]);
      await until(() => upstream.open.size === 0);
    }
  });
});

describe("another attempt", () => {
  function policy(waitMs: number | undefined, asked: unknown[] = []): RetryPolicy {
    return {
      attempts: 3,
      perTryMs: Infinity,
      onRequest() {},
      mayRetry: (attempt, _exchange, outcome) => {
        asked.push([attempt, outcome]);
        return waitMs;
      },
    };
  }

  /** Fails so often, then answers. */
  function failing(times: number, fail: (socket: Socket) => void): Script {
    let count = 0;
    return (socket) => {
      count += 1;
      if (count <= times) fail(socket);
      else socket.write(whole);
    };
  }

  const unavailable = (socket: Socket): void => void socket.write("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");

  it.each<[string, (socket: Socket) => void]>([
    ["a reset", (socket) => socket.resetAndDestroy()],
    ["an end without an answer", (socket) => socket.destroy()],
    ["a status", unavailable],
  ])("is made after %s", async (_, fail) => {
    const asked: unknown[] = [];
    const { answer, outcomes } = await through(failing(2, fail), { plan: { retries: policy(0, asked) } });

    expect(answer).toMatch(/^HTTP\/1.1 200 .*hello$/s);
    expect(outcomes.at(-1)).toEqual({ kind: "answered", status: 200, ms: expect.any(Number) });
    expect(asked.length).toBeGreaterThan(0);
  });

  it("is the last when the policy allows no more; the answer that came is passed on", async () => {
    const asked: unknown[] = [];
    const { answer, outcomes } = await through(failing(9, unavailable), { plan: { retries: policy(0, asked) } });

    expect(answer).toMatch(/^HTTP\/1.1 503 .*busy$/s);
    expect(outcomes).toHaveLength(3);
    expect(asked).toHaveLength(2);
  });

  it("waits as long as the policy says", async () => {
    await using upstream = await startUpstream(failing(1, unavailable));
    await using proxy = await startProxy(upstream.port, { plan: { retries: policy(1000) } });
    const answer = talk(proxy.port, head("GET", "/"));
    await until(() => proxy.outcomes.length === 1);
    await proxy.app.clock.advance(999);
    expect(upstream.requests).toHaveLength(1);
    await proxy.app.clock.advance(1);

    expect(await answer).toMatch(/hello$/);
  });

  it("sends a small body again, one that is read to its end and one that is not", async () => {
    for (const rest of ["lo", ""]) {
      let count = 0;
      await using upstream = await startUpstream((socket, request) => {
        count += 1;
        if (count === 1) void request.until(/hel/).then(() => socket.resetAndDestroy());
        else void request.until(/hello$/).then(() => socket.write(whole));
      });
      await using proxy = await startProxy(upstream.port, { plan: { retries: policy(0) } });
      const client = connect(proxy.port, "127.0.0.1");
      let answer = "";
      client.on("data", (chunk) => (answer += chunk.toString()));
      client.write(`${head("PUT", "/", ["content-length: 5"])}hel${rest}`);
      await until(() => upstream.requests.length === 2);
      if (rest === "") client.write("lo");
      await until(() => answer.endsWith("hello"));
      client.destroy();

      expect(answer).toMatch(/^HTTP\/1.1 200 /);
    }
  });

  it("is not made with a body that is too large to be kept", async () => {
    const large = `${"x".repeat(100_000)}end`;
    const script: Script = (socket, request) => void request.until(/end$/).then(() => socket.resetAndDestroy());
    const request = `${head("PUT", "/", [`content-length: ${large.length}`])}${large}`;

    const { answer, outcomes } = await through(script, { plan: { retries: policy(0) } }, request);

    expect(answer).toMatch(/^HTTP\/1.1 502 .*BW_UPSTREAM_RESET/s);
    expect(outcomes).toHaveLength(1);
  });

  it.each([
    ["GET", 200],
    ["POST", 502],
  ])("is made on a new connection when a kept one was closed under the request, for %s: %d", async (method, status) => {
    const served = new Set<Socket>();
    const script: Script = (socket) => {
      // Each connection serves one request and then closes upon the next.
      if (served.has(socket)) socket.destroy();
      else socket.write(whole);
      served.add(socket);
    };
    await using upstream = await startUpstream(script);
    await using proxy = await startProxy(upstream.port);
    await talk(proxy.port, head("GET", "/"));

    expect(await talk(proxy.port, head(method, "/"))).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(upstream.connections).toBe(method === "GET" ? 2 : 1);
  });
});
