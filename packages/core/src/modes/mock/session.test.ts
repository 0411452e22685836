import { describe, expect, it } from "@jest/globals";
import type { BackworksRequest } from "../../exchange.ts";
import { openShop } from "../../../test/shop.ts";
import { createRandom } from "../../random.ts";
import { parseSessionKey } from "./session-key.ts";
import type { Sessions } from "./session.ts";
import { createSessions } from "./session.ts";

function requestOf(parts: Partial<BackworksRequest>): BackworksRequest {
  // A session key reads nothing else of a request.
  return { headers: {}, query: {}, cookies: {}, ...parts } as BackworksRequest;
}

function openSessions(limit = 1000): {
  sessions: Sessions;
  of: (id?: string) => ReturnType<Sessions["of"]>;
  pass: (ms: number) => void;
} {
  let now = 0;
  const sessions = createSessions({
    clock: { now: () => now, monotonic: () => now },
    random: (id) => createRandom(id.length),
    key: parseSessionKey("header:X-Session"),
    limit,
  });
  sessions.hold("e");
  return {
    sessions,
    of: (id) => sessions.of(requestOf({ headers: id === undefined ? {} : { "x-session": id } })),
    pass(ms) {
      now += ms;
    },
  };
}

const tokenOf = (claims: unknown): string => `Bearer a.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c`;

describe("parseSessionKey", () => {
  it.each([
    ["header:X-Session", { headers: { "x-session": "a" } }, "a"],
    ["header:x-session", { headers: {} }, undefined],
    ["header:x-session", { headers: { "x-session": "" } }, undefined],
    ["header: x-session ", { headers: { "x-session": ["a", "b"] } }, "a"],
    ["cookie:sid", { cookies: { sid: "a" } }, "a"],
    ["query:s", { query: { s: ["a", "b"] } }, "a"],
    ["jwt:sub", { headers: { authorization: tokenOf({ sub: "a" }) } }, "a"],
    ["jwt:sub", { headers: { authorization: tokenOf({ sub: 7 }) } }, "7"],
    ["jwt:sub", { headers: { authorization: tokenOf({ sub: {} }) } }, undefined],
    ["jwt:sub", { headers: { authorization: tokenOf(null) } }, undefined],
    ["jwt:sub", { headers: { authorization: "Bearer x" } }, undefined],
    ["jwt:sub", { headers: { authorization: "Basic YTpi" } }, undefined],
    ["jwt:constructor", { headers: { authorization: tokenOf({}) } }, undefined],
  ])("reads %s of %j", (text, parts, expected) => {
    expect(parseSessionKey(text)?.read(requestOf(parts))).toBe(expected);
  });

  it.each(["", "header", "header:", "body:x", "constructor:x"])("refuses %j", (text) => {
    expect(parseSessionKey(text)).toBeUndefined();
  });
});

describe("createSessions", () => {
  it("gives requests without a key the same session", () => {
    const { of, sessions } = openSessions();

    expect(of()).toBe(of());
    expect(of()).toBe(of("default"));
    expect(sessions.size).toBe(1);
  });

  it("keeps state, counters and slots of sessions apart", () => {
    const { of } = openSessions();
    const slot = { name: "list", create: () => [] as number[] };

    of("a").state.set("x", 1);
    of("a").part("e").count("n");
    of("a").part("e").slot(slot).push(1);

    expect(of("a").state.get("x")).toBe(1);
    expect(of("a").part("e").counted("n")).toBe(1);
    expect(of("a").part("e").slot(slot)).toEqual([1]);
    expect([of("b").state.get("x"), of("b").part("e").counted("n"), of("b").part("e").slot(slot)]).toEqual([
      undefined,
      0,
      [],
    ]);
  });

  it("forgets a session ten minutes after its last use", () => {
    const { of, pass, sessions } = openSessions();
    of("a").part("e").count("n");
    pass(600_000);
    of("a");
    pass(600_000);
    expect(of("a").part("e").counted("n")).toBe(1);

    pass(600_001);

    expect(of("a").part("e").counted("n")).toBe(0);
    expect(sessions.size).toBe(2);
  });

  it("never forgets the default session", () => {
    const { of, pass } = openSessions();
    of().part("e").count("n");

    pass(10 ** 9);

    expect(of().part("e").counted("n")).toBe(1);
  });

  it("lets the session go that was used longest ago when there are too many", () => {
    const { of, sessions } = openSessions(2);
    of("a").part("e").count("n");
    of("b").part("e").count("n");
    of("a");

    of("c");

    expect(sessions.size).toBe(3);
    expect(of("a").part("e").counted("n")).toBe(1);
    expect(of("b").part("e").counted("n")).toBe(0);
  });

  it("resets one session or all", () => {
    const { of, sessions } = openSessions();
    for (const id of [undefined, "a", "b"]) of(id).part("e").count("n");

    sessions.reset("a");
    expect([of("a").part("e").counted("n"), of("b").part("e").counted("n"), of().part("e").counted("n")]).toEqual([
      0, 1, 1,
    ]);

    sessions.reset();
    expect([of("b").part("e").counted("n"), of().part("e").counted("n")]).toEqual([0, 0]);
  });

  it("repeats the random numbers of each session, whatever the others do", () => {
    const one = openSessions();
    const other = openSessions();
    other.of("zz").random();

    expect([one.of("a").random(), one.of("a").random()]).toEqual([other.of("a").random(), other.of("a").random()]);
  });
});

describe("a collection with sessions", () => {
  const counters = { path: "/counters", resource: { seed: [{ id: 1, n: 0 }] } };

  it("begins with the seeds in each session", async () => {
    await using shop = await openShop({ counters }, { session: "query:s" });

    shop.send("PATCH /counters/1?s=a", { body: { n: 5 } });
    shop.send("DELETE /counters/1?s=b");

    expect(shop.send("GET /counters?s=a").body).toEqual([{ id: 1, n: 5 }]);
    expect(shop.send("GET /counters?s=b").body).toEqual([]);
    expect(shop.send("GET /counters?s=c").body).toEqual([{ id: 1, n: 0 }]);
    expect(shop.send("GET /counters").body).toEqual([{ id: 1, n: 0 }]);
    shop.sessions.reset("a");
    expect(shop.send("GET /counters?s=a").body).toEqual([{ id: 1, n: 0 }]);
  });

  it("loses no update and mixes none with 64 sessions of 1,000 requests each, side by side", async () => {
    await using shop = await openShop({ counters }, { session: "header:x-session" });
    async function run(id: number): Promise<void> {
      const headers = { "x-session": `s${id}` };
      for (let step = 1; step <= 500; step += 1) {
        const { n } = shop.send("GET /counters/1", { headers }).body as { n: number };
        shop.send("PATCH /counters/1", { headers, body: { n: n + id } });
        // Lets every other session come between.
        await Promise.resolve();
      }
    }

    await Promise.all(Array.from({ length: 64 }, (_, id) => run(id)));

    for (let id = 0; id < 64; id += 1) {
      expect(shop.send("GET /counters/1", { headers: { "x-session": `s${id}` } }).body).toEqual({ id: 1, n: 500 * id });
    }
    expect(shop.send("GET /counters/1").body).toEqual({ id: 1, n: 0 });
  });
});
