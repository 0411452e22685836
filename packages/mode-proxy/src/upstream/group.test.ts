import type { Exchange } from "@backworks/core";
import { createFakeClock, createRandom } from "@backworks/core/testing";
import type { FakeClock } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import type { Dispatcher } from "undici";
import { createRecordingLogger } from "../../test/recording-logger.ts";
import { createFailureTest, usualFailures } from "../options/failure-kinds.ts";
import { createRoundRobin } from "./balancers/round-robin.ts";
import type { UpstreamExtension } from "./extension.ts";
import { UpstreamGroup } from "./group.ts";
import type { GroupView, PassiveSettings } from "./group.ts";
import { Member } from "./member.ts";
import { Sticky } from "./sticky.ts";
import type { AttemptOutcome, Target } from "./target.ts";

const refused: AttemptOutcome = { kind: "failed", failure: "connect" };
const good: AttemptOutcome = { kind: "answered", status: 200, ms: 1 };
const bad: AttemptOutcome = { kind: "answered", status: 503, ms: 1 };

interface Options {
  readonly weights?: readonly number[];
  readonly passive?: Partial<PassiveSettings>;
  readonly useAllWhenDown?: boolean;
  readonly sticky?: boolean;
  readonly extension?: UpstreamExtension;
}

interface Bench {
  readonly clock: FakeClock;
  readonly group: UpstreamGroup;
  readonly view: GroupView;
  readonly members: readonly Member[];
}

function createBench(options: Options = {}): Bench {
  const { weights = [1, 1, 1], passive, useAllWhenDown = false, extension } = options;
  const clock = createFakeClock();
  const members = weights.map((_, index) => createMember("abcdef"[index] ?? "?", clock));
  const group = new UpstreamGroup({
    name: "users",
    balancer: createRoundRobin({ random: createRandom(1) }),
    sticky:
      options.sticky === true
        ? new Sticky("users", { cookie: "bw_lb", maxAgeSeconds: undefined, path: "/" })
        : undefined,
    passive: passive && {
      consecutive: 3,
      firstMs: 1000,
      longestMs: 5000,
      mostRatio: 0.5,
      isFailure: createFailureTest(usualFailures),
      ...passive,
    },
    useAllWhenDown,
    tls: undefined,
    extension,
    connect: () => ({}) as Dispatcher,
    release() {},
  });
  group.setMembers(members.map((member, index) => ({ member, weight: weights[index] ?? 1, label: member.name })));
  return { clock, group, view: group.withConnectTime(1000), members };
}

function createMember(name: string, clock: FakeClock): Member {
  const init = { upstream: "users", name, origin: `http://${name}`, path: "" };
  return new Member(init, { clock, scheduler: clock, logger: createRecordingLogger() });
}

function exchangeWith(cookies: Readonly<Record<string, string>> = {}, encrypted: boolean = false): Exchange {
  // Nothing else is looked at.
  return { request: { cookies, peer: { encrypted } } } as unknown as Exchange;
}

function pick({ view }: Bench, tried: readonly Target[] = [], exchange: Exchange = exchangeWith()): Target {
  const target = view.pick(exchange, tried);
  if (target === undefined) throw new Error("there was none");
  return target;
}

function names(bench: Bench, times: number): string {
  return Array.from({ length: times }, () => pick(bench).name).join("");
}

function report({ view }: Bench, target: Target, outcome: AttemptOutcome): void {
  view.report(target, { ...outcome, method: "GET" });
}

/** Has a target fail so many times. */
function fail(...[bench, name, times, outcome = refused]: [Bench, string, number, AttemptOutcome?]): void {
  for (let time = 0; time < times; time += 1) {
    const target = targetOf(bench, name);
    if (target !== undefined) report(bench, target, outcome);
  }
}

const found = new WeakMap<Bench, Map<string, Target>>();

/** The target of a name, found while it could be chosen. */
function targetOf(bench: Bench, name: string): Target | undefined {
  const known = found.get(bench) ?? new Map<string, Target>();
  found.set(bench, known);
  for (let time = 0; time < 30 && !known.has(name); time += 1) {
    const target = pick(bench);
    known.set(target.name, target);
  }
  return known.get(name);
}

describe("an upstream", () => {
  it("chooses in turn among those not tried, and among all when all were", () => {
    const bench = createBench();
    const [a, b, c] = [pick(bench), pick(bench), pick(bench)];

    expect([a, b, c].map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(pick(bench, [a, b]).name).toBe("c");
    expect(pick(bench, [a, b, c])).toBeDefined();
  });

  it("gives one target object for each server", () => {
    const bench = createBench({ weights: [1] });

    expect(pick(bench)).toBe(pick(bench));
  });

  it("leaves out weight 0 as long as others are there", () => {
    const bench = createBench({ weights: [1, 0], passive: { consecutive: 1, mostRatio: 1 } });

    expect(names(bench, 3)).toBe("aaa");
    fail(bench, "a", 1);
    expect(names(bench, 2)).toBe("bb");
  });

  it("counts what is under way over all views", () => {
    const bench = createBench({ weights: [1] });
    const target = pick(bench);
    const other = bench.group.withConnectTime(5).pick(exchangeWith(), []);

    target.inFlight += 1;

    expect(other?.inFlight).toBe(1);
    expect(other?.connectMs).toBe(5);
  });
});

describe("passive health", () => {
  it.each<[string, AttemptOutcome, boolean]>([
    ["a refused connection", refused, true],
    ["a reset", { kind: "failed", failure: "reset" }, true],
    ["a timeout", { kind: "failed", failure: "timeout" }, true],
    ["a broken answer", { kind: "failed", failure: "protocol" }, false],
    ["a 503", bad, true],
    ["a 500", { kind: "answered", status: 500, ms: 1 }, false],
    ["a 404", { kind: "answered", status: 404, ms: 1 }, false],
    ["a client that left", { kind: "cancelled" }, false],
  ])("after three times %s: out is %s%s", (_what, outcome, isOut) => {
    const bench = createBench({ passive: {} });

    fail(bench, "a", 3, outcome);

    expect(bench.group.states["a"]).toBe(isOut ? "ejected" : "up");
  });

  it("counts failures in a row only", () => {
    const bench = createBench({ passive: {} });

    fail(bench, "a", 2);
    fail(bench, "a", 1, good);
    fail(bench, "a", 2);

    expect(bench.group.states["a"]).toBe("up");
  });

  it("leaves a target out for a time and then tries it again", async () => {
    const bench = createBench({ passive: {} });
    fail(bench, "a", 3);

    const out = names(bench, 4);
    await bench.clock.advance(999);
    const still = names(bench, 4);
    await bench.clock.advance(1);

    expect([out.includes("a"), still.includes("a")]).toEqual([false, false]);
    expect(names(bench, 3)).toContain("a");
  });

  it("lets the time grow with each time, up to the longest, and forgives after quiet", async () => {
    const bench = createBench({ passive: {} });
    const times: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      fail(bench, "a", 3);
      let waited = 0;
      while (bench.group.states["a"] === "ejected") {
        await bench.clock.advance(500);
        waited += 500;
      }
      times.push(waited);
    }

    await bench.clock.advance(3000);
    fail(bench, "a", 3);
    await bench.clock.advance(4000);

    expect(times).toEqual([1000, 2000, 3000, 4000, 5000, 5000, 5000]);
    expect(bench.group.states["a"]).toBe("ejected");
    await bench.clock.advance(1000);
    expect(bench.group.states["a"]).toBe("up");
  });

  it.each([
    [[1], 0.5, 0],
    [[1], 1, 1],
    [[1, 1], 0.5, 1],
    [[1, 1, 1], 0.5, 1],
    [[1, 1, 1, 1], 0.5, 2],
    [[1, 1, 1], 0, 0],
    [[1, 1, 1], 1, 3],
  ])("of weights %j with a share of %f puts %i out at most", (weights, mostRatio, expected) => {
    const bench = createBench({ weights, passive: { mostRatio } });
    for (const name of ["a", "b", "c", "d"].slice(0, weights.length)) targetOf(bench, name);

    for (const name of ["a", "b", "c", "d"].slice(0, weights.length)) fail(bench, name, 3);

    expect(Object.values(bench.group.states).filter((state) => state === "ejected")).toHaveLength(expected);
  });

  it("has nobody to choose when all are out, or all, as it is told", () => {
    const [strict, lenient] = [false, true].map((useAllWhenDown) =>
      createBench({ weights: [1, 1], passive: { mostRatio: 1 }, useAllWhenDown }),
    );
    for (const bench of [strict, lenient] as Bench[]) {
      for (const name of ["a", "b"]) targetOf(bench, name);
      for (const name of ["a", "b"]) fail(bench, name, 3);
    }

    expect((strict as Bench).view.pick(exchangeWith(), [])).toBeUndefined();
    expect(names(lenient as Bench, 4)).toBe("abab");
  });
});

describe("sticky targets", () => {
  it("give a client a cookie that says nothing, once", () => {
    const bench = createBench({ sticky: true });
    const target = pick(bench);
    const cookie = bench.group.cookieFor(exchangeWith(), target) ?? "";
    const [, value = ""] = /^bw_lb=([\w-]{20}); Path=\/; HttpOnly; SameSite=Lax$/.exec(cookie) ?? [];

    expect(value).not.toBe("");
    expect(bench.group.cookieFor(exchangeWith({ bw_lb: value }), target)).toBeUndefined();
  });

  it("keep a client at its target until that is gone", () => {
    const bench = createBench({ sticky: true, passive: { mostRatio: 1 } });
    const target = pick(bench);
    const [, value = ""] = /^bw_lb=([\w-]+)/.exec(bench.group.cookieFor(exchangeWith(), target) ?? "") ?? [];
    const client = exchangeWith({ bw_lb: value });

    const stays = Array.from({ length: 5 }, () => pick(bench, [], client).name);
    const retried = pick(bench, [target], client);
    for (let time = 0; time < 3; time += 1) report(bench, target, refused);
    const moved = pick(bench, [], client);

    expect(new Set(stays)).toEqual(new Set([target.name]));
    expect(retried.name).not.toBe(target.name);
    expect(moved.name).not.toBe(target.name);
    expect(bench.group.cookieFor(client, moved)).toContain("bw_lb=");
  });

  it("have the cookie of an encrypted connection stay on such", () => {
    const bench = createBench({ sticky: true });

    expect(bench.group.cookieFor(exchangeWith({}, true), pick(bench))).toContain("; Secure");
  });

  it("spread clients with a cookie of nobody", () => {
    const bench = createBench({ sticky: true });

    const chosen = Array.from({ length: 3 }, () => pick(bench, [], exchangeWith({ bw_lb: "nobody" })).name);

    expect(new Set(chosen).size).toBe(3);
  });

  it("know a target in every process by the same token", () => {
    const [one, other] = [createBench({ sticky: true }), createBench({ sticky: true })];

    expect(one.group.cookieFor(exchangeWith(), pick(one))).toBe(other.group.cookieFor(exchangeWith(), pick(other)));
  });
});

describe("what a plugin adds to an upstream", () => {
  it("keeps requests from targets whose breaker is open, and hears of every outcome", () => {
    const heard: string[] = [];
    const extension: UpstreamExtension = {
      admit: (_upstream, target) => target !== "b",
      report: (upstream, target, { kind }) => void heard.push(`${upstream} ${target} ${kind}`),
    };
    const bench = createBench({ extension });

    const chosen = names(bench, 6);
    report(bench, pick(bench), good);

    expect(chosen.includes("b")).toBe(false);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatch(/^users [ac] answered$/);
  });

  it("has nobody to choose when it admits nobody", () => {
    const bench = createBench({ extension: { admit: () => false } });

    expect(bench.view.pick(exchangeWith(), [])).toBeUndefined();
  });

  it("may bring other members, and what is known of those that stay is kept", () => {
    const bench = createBench({ weights: [1, 1], passive: { mostRatio: 1 } });
    targetOf(bench, "a");
    fail(bench, "a", 3);
    const [a] = bench.members;

    bench.group.setMembers(
      [a as Member, createMember("z", bench.clock)].map((member) => ({ member, weight: 1, label: member.name })),
    );

    expect(bench.group.states).toEqual({ a: "ejected", z: "up" });
    expect(names(bench, 2)).toBe("zz");
  });
});
