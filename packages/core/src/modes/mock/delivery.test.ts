import { describe, expect, it } from "@jest/globals";
import { createMockRig, type RigOptions } from "../../../test/mock-rig.ts";
import { createRandom } from "../../random.ts";
import { compileDelay } from "./latency/delay.ts";
import { faultKinds } from "./options/fault.ts";

/** `/x` answering `{"ok":true}` with these keys. */
async function rigWith(keys: string, options: RigOptions & { readonly root?: never; readonly top?: string } = {}) {
  const { top = "" } = options;
  return createMockRig(
    `name: shop\n${top}endpoints:\n  x: { path: /x, mock: { body: { ok: true }, ${keys} } }\n`,
    options,
  );
}

function sample(options: Parameters<typeof compileDelay>[0], count = 20_000): number[] {
  const delay = compileDelay(options, () => []);
  const random = createRandom(3);
  return Array.from({ length: count }, () => delay(random)).sort((left, right) => left - right);
}

function quantile(sorted: readonly number[], ratio: number): number {
  return sorted[Math.floor(ratio * (sorted.length - 1))] ?? Number.NaN;
}

describe("delay", () => {
  it("holds the answer back for its duration", async () => {
    const rig = await rigWith("delay: 250ms");
    const { response } = rig.begin("GET", "/x");
    let done = false;
    void response.then(() => (done = true));

    await rig.time.advance(249);
    const early = done;
    await rig.time.advance(1);

    expect([early, done]).toEqual([false, true]);
  });

  it("leaves no timer when the client goes away", async () => {
    const rig = await rigWith("delay: 5m");
    const { controller, response } = rig.begin("GET", "/x");
    await rig.time.advance(10);

    controller.abort();

    expect((await response).headers["x-code"]).toBe("BW_REQUEST_ABORTED");
    expect(rig.time.pending).toBe(0);
  });

  it.each([
    ["the rule's own", "delay: 1s, rules: [{ respond: { status: 204 }, delay: 2s }]", 2000],
    ["the endpoint's", "delay: 1s, rules: [{ respond: { status: 204 } }]", 1000],
    ["the root's", "rules: [{ respond: { status: 204 } }]", 3000],
  ])("is %s", async (_, keys, ms) => {
    const rig = await rigWith(keys, { top: "mock: { delay: 3s }\n" });
    const { response } = rig.begin("GET", "/x");
    let done = false;
    void response.then(() => (done = true));

    await rig.time.advance(ms - 1);
    const early = done;
    await rig.time.advance(1);

    expect([early, done]).toEqual([false, true]);
  });

  it("of 0 at the endpoint ends the root's", async () => {
    const rig = await rigWith("delay: 0", { top: "mock: { delay: 3s }\n" });

    expect((await rig.ask("GET", "/x")).status).toBe(200);
    expect(rig.time.pending).toBe(0);
  });

  it("changes state when the request comes, not when the answer leaves", async () => {
    const rig = await createMockRig(
      `name: shop\nendpoints:\n  x: { path: /x, mock: { delay: 1s, body: "\${state.incr('n', 1)}" } }\n`,
    );
    const first = rig.begin("GET", "/x").response;
    const second = rig.begin("GET", "/x").response;
    await rig.time.advance(1000);

    expect([(await first).json, (await second).json]).toEqual([1, 2]);
  });

  it("replays a trace in order", async () => {
    const rig = await rigWith("delay: { trace: trace.json }", { files: { "trace.json": '[5, "20ms", "1s"]' } });
    const waited: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      const begun = rig.time.clock.now();
      const { response } = rig.begin("GET", "/x");
      while (rig.time.pending > 0 || rig.time.clock.now() === begun) await rig.time.advance(1);
      await response;
      waited.push(rig.time.clock.now() - begun);
    }

    expect(waited).toEqual([5, 20, 1000, 5]);
  });

  it.each([
    ["trace.csv", "ms,path\n5,/a\n7,/b\n"],
    ["trace.txt", "5\n7\n"],
    ["trace.yaml", "- 5ms\n- 0.007s\n"],
  ])("reads a trace from %s", async (file, text) => {
    const rig = await rigWith(`delay: { trace: ${file} }`, { files: { [file]: text } });
    const { response } = rig.begin("GET", "/x");
    await rig.time.advance(5);

    expect((await response).status).toBe(200);
  });

  it.each(["[]", '["soon"]', "{}"])("refuses the trace %s", async (text) => {
    const made = rigWith("delay: { trace: trace.json }", { files: { "trace.json": text } });

    await expect(made).rejects.toMatchObject({ errors: [{ code: "BW_MOCK_TRACE_INVALID", where: { line: 3 } }] });
  });
});

describe("a distribution", () => {
  it("uniform stays within its bounds and fills them evenly", () => {
    const delays = sample({ uniform: ["20ms", "80ms"] });

    expect(delays[0]).toBeGreaterThanOrEqual(20);
    expect(delays.at(-1)).toBeLessThanOrEqual(80);
    expect(quantile(delays, 0.5)).toBeCloseTo(50, -0.5);
  });

  it("normal has its mean and deviation, and nothing below 0", () => {
    const delays = sample({ normal: { mean: "100ms", sd: "30ms" } });
    const mean = delays.reduce((sum, ms) => sum + ms, 0) / delays.length;

    expect(Math.abs(mean - 100)).toBeLessThan(2);
    expect(Math.abs(quantile(delays, 0.8413) - 130)).toBeLessThan(3);
    expect(delays[0]).toBeGreaterThanOrEqual(0);
  });

  it("lognormal has its percentiles and its limit", () => {
    const delays = sample({ lognormal: { p50: "80ms", p99: "900ms" } });
    const limited = sample({ lognormal: { p50: "80ms", p99: "900ms", max: "1s" } });

    expect(Math.abs(quantile(delays, 0.5) - 80)).toBeLessThan(4);
    expect(Math.abs(quantile(delays, 0.99) - 900)).toBeLessThan(90);
    expect(limited.at(-1)).toBe(1000);
  });
});

describe("dribble and bandwidth", () => {
  it("dribble sends the parts evenly over the time", async () => {
    const rig = await createMockRig(
      `name: shop\nendpoints:\n  x: { path: /x, mock: { body: abcdefgh, dribble: { chunks: 4, over: 300ms } } }\n`,
    );
    const began = rig.time.clock.now();
    const { response } = rig.begin("GET", "/x");
    for (let step = 0; step < 4; step += 1) await rig.time.advance(100);
    const answer = await response;

    expect([answer.text, answer.headers["content-length"]]).toEqual(["abcdefgh", "8"]);
    expect(rig.time.clock.now() - began).toBe(400);
    expect(rig.time.pending).toBe(0);
  });

  it("bandwidth takes as long as the bytes need", async () => {
    const rig = await createMockRig(
      `name: shop\nendpoints:\n  x: { path: /x, mock: { body: "${"a".repeat(1000)}", bandwidth: 8kbps } }\n`,
    );
    let length = 0;
    void rig.begin("GET", "/x").response.then(({ text }) => (length = text.length));
    await rig.time.advance(900);
    const early = length;
    await rig.time.advance(100);

    // 1,000 bytes at 1,000 bytes a second; the first 50 at once.
    expect([early, length]).toEqual([0, 1000]);
  });

  it("do not hold HEAD back", async () => {
    const rig = await rigWith("dribble: { chunks: 4, over: 1h }");

    expect((await rig.ask("HEAD", "/x")).status).toBe(200);
    expect(rig.time.pending).toBe(0);
  });
});

describe("fault", () => {
  it.each(["reset", "empty", "hang", "random_bytes", "truncated", "malformed_chunk"])(
    "%s goes to the connection",
    async (kind) => {
      const rig = await rigWith(`fault: ${kind}`);

      const { fault } = await rig.ask("GET", "/x");

      expect(fault?.kind).toBe(kind === "random_bytes" ? "raw_bytes" : kind);
    },
  );

  it.each(["truncated", "malformed_chunk"])("%s carries the response that breaks", async (kind) => {
    const rig = await rigWith(`fault: ${kind}`);

    const answer = await rig.ask("GET", "/x");

    expect(Buffer.from(answer.fault?.bytes ?? []).toString()).toBe('{"ok":true}');
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  it("random_bytes never begins like a response", async () => {
    const rig = await rigWith("fault: random_bytes");

    for (let index = 0; index < 50; index += 1) {
      expect((await rig.ask("GET", "/x")).fault?.bytes[0]).toBeGreaterThan(127);
    }
  });

  it("wrong_content_type keeps the body and changes its type", async () => {
    const rig = await rigWith("fault: wrong_content_type");

    const answer = await rig.ask("GET", "/x");

    expect([answer.status, answer.text, answer.headers["content-type"]]).toEqual([
      200,
      '{"ok":true}',
      "text/html; charset=utf-8",
    ]);
  });

  it.each(["{ ok: true }", "[1]", "12", '"text"', "null", "true"])("bad_json breaks %s", async (body) => {
    const rig = await createMockRig(
      `name: shop\nendpoints:\n  x: { path: /x, mock: { body: ${body}, fault: bad_json } }\n`,
    );

    const answer = await rig.ask("GET", "/x");

    expect(answer.headers["content-type"]).toBe("application/json");
    expect(() => JSON.parse(answer.text) as unknown).toThrow(SyntaxError);
  });

  it("strikes only on its occasion", async () => {
    const rig = await rigWith("fault: { kind: reset, every: 2, when: { query: { bad: 1 } } }");

    const kinds: (string | undefined)[] = [];
    for (const url of ["/x?bad=1", "/x", "/x?bad=1", "/x", "/x?bad=1"])
      kinds.push((await rig.ask("GET", url)).fault?.kind);

    expect(kinds).toEqual([undefined, undefined, "reset", undefined, undefined]);
  });

  it("of a rule without a response leaves other requests to the next rule", async () => {
    const rig = await createMockRig(`
name: shop
endpoints:
  x: { path: /x, mock: { rules: [{ fault: { kind: reset, every: 2 } }, { respond: { body: ok } }] } }
`);

    const [first, second] = [await rig.ask("GET", "/x"), await rig.ask("GET", "/x")];

    expect([first.text, second.fault?.kind]).toEqual(["ok", "reset"]);
  });

  it("has a test for each kind", () => {
    expect(faultKinds).toHaveLength(8);
  });
});
