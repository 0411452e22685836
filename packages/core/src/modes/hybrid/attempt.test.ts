import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { createFakeTime } from "../../../test/fake-time.ts";
import type { Exchange, ResponseInit } from "../../exchange.ts";
import { defineState } from "../../exchange.ts";
import { Attempt, answerInTime, letGo } from "./attempt.ts";

/** Enough of an exchange, and what was done to it. */
function createExchange(): {
  readonly exchange: Exchange;
  readonly done: string[];
  readonly controller: AbortController;
} {
  const done: string[] = [];
  const controller = new AbortController();
  const exchange = {
    id: "1",
    signal: controller.signal,
    request: { params: { id: 7 }, path: "/a/7", body: async () => "body", stream: () => "stream" },
    response: undefined,
    respond: ({ status }: ResponseInit) => done.push(`respond ${status}`),
    inform: (status: number) => done.push(`inform ${status}`),
    onLeave: (listener: unknown) => done.push(listener === undefined ? "nobody listens" : "somebody listens"),
    state: () => "slot",
  };
  // What an attempt looks at is there.
  return { exchange: exchange as unknown as Exchange, done, controller };
}

describe("an attempt", () => {
  it("is the exchange to whoever answers, until its time is over", () => {
    const { exchange, done } = createExchange();
    const attempt = new Attempt(exchange);

    attempt.inform(103);
    attempt.respond({ status: 201 });
    attempt.end(new Error("too late"));
    attempt.inform(103);
    const late = attempt.respond({ status: 202, body: "late" });
    attempt.response = late;

    expect(done).toEqual(["inform 103", "respond 201"]);
    expect(late).toMatchObject({ status: 202, body: "late" });
    expect([exchange.response, attempt.id, attempt.state(defineState("s", () => ""))]).toEqual([
      undefined,
      "1",
      "slot",
    ]);
  });

  it("tells its own end and that of the exchange by one signal", () => {
    const { exchange, controller } = createExchange();
    const [first, second] = [new Attempt(exchange), new Attempt(exchange)];

    first.end(new Error("too late"));
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false]);

    controller.abort();
    expect(second.signal.aborted).toBe(true);
  });

  it("is told at once when the exchange has ended before", () => {
    const { exchange, controller } = createExchange();

    controller.abort("gone");

    expect(new Attempt(exchange).signal.reason).toBe("gone");
  });

  it("is not kept by who listens to its signal", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const listenTo = (exchange: Exchange): WeakRef<AbortSignal> => {
      const { signal } = new Attempt(exchange);
      signal.addEventListener("abort", () => {});
      return new WeakRef(signal);
    };
    const signal = listenTo(createExchange().exchange);

    // What a turn of the event loop looked at by a WeakRef is kept until it ends.
    await setImmediate();
    collect();

    expect(signal.deref()).toBe(undefined);
  });

  it("tells who listens instead, and leaves the exchange alone from then on", () => {
    const { exchange, done } = createExchange();
    const attempt = new Attempt(exchange);
    const told: unknown[] = [];

    attempt.onLeave((reason) => told.push(reason));
    attempt.end("too late");
    attempt.onLeave(() => told.push("never"));
    attempt.onLeave(undefined);
    attempt.end("again");

    expect([told, done, attempt.signal.aborted]).toEqual([["too late"], ["somebody listens", "nobody listens"], true]);
  });

  it("has a request with other parameters and everything else as it was", async () => {
    const { exchange } = createExchange();
    const { request } = new Attempt(exchange, { key: "7" });

    expect([request.params, request.path, await request.body(), request.stream()]).toEqual([
      { key: "7" },
      "/a/7",
      "body",
      "stream",
    ]);
    expect(new Attempt(exchange).request).toBe(exchange.request);
  });
});

describe("answerInTime", () => {
  const start = (handler: () => ResponseInit | Promise<ResponseInit>) => {
    const { scheduler, advance } = createFakeTime();
    const attempt = new Attempt(createExchange().exchange);
    return { answer: answerInTime(handler, attempt, { limitMs: 100, scheduler }), advance, attempt };
  };

  it("makes no promise of what is there", () => {
    expect(start(() => ({ status: 204 })).answer).toEqual({ status: 204 });
  });

  it("passes on what comes, or fails, in time", async () => {
    await expect(start(async () => ({ status: 201 })).answer).resolves.toEqual({ status: 201 });
    await expect(start(() => Promise.reject(new Error("no"))).answer).rejects.toThrow("no");
  });

  it("fails when the time is over, and drops what comes later", async () => {
    const body = Readable.from(["late"]);
    let give: (init: ResponseInit) => void = () => {};
    const { answer, advance, attempt } = start(() => new Promise((resolve) => (give = resolve)));
    const failure = Promise.resolve(answer).catch((error: unknown) => error);

    await advance(100);
    give({ body });
    expect(await failure).toMatchObject({ code: "BW_HANDLER_TIMEOUT", details: { limit: 100 } });
    expect([attempt.signal.aborted, body.destroyed]).toEqual([true, true]);
  });
});

describe("letGo", () => {
  it("ends streams and sources, and leaves data alone", () => {
    const stream = Readable.from([]);
    let cancelled = false;

    for (const body of [stream, { start() {}, resume() {}, cancel: () => void (cancelled = true) }]) letGo(body);
    for (const body of [undefined, null, "text", [1], { destroy: "no function" }]) letGo(body);

    expect([stream.destroyed, cancelled]).toEqual([true, true]);
  });
});
