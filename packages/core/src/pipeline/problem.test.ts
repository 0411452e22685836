import { describe, expect, it } from "@jest/globals";
import { BackworksError } from "../errors.ts";
import type { LogFields, Logger } from "../logger.ts";
import { defineMode } from "../mode.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

interface Line {
  readonly message: string;
  readonly fields: LogFields;
}

/** A server whose one handler throws what it is given. */
async function startThrowing(
  thrown: () => unknown,
  { development = false }: { readonly development?: boolean } = {},
): Promise<{ app: StartedApp; lines: Line[] } & AsyncDisposable> {
  const lines: Line[] = [];
  const note = (message: string, fields: LogFields = {}): void => void lines.push({ message, fields });
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  const mode = defineMode({
    name: "faulty",
    description: "Throws.",
    endpointKeys: {},
    open: () => undefined,
    compile: () => () => {
      throw thrown();
    },
  });
  const yaml = "name: shop\nendpoints: { run: { path: /run, mode: faulty } }\nlogging: { requests: false }";
  const app = await startApp({ yaml, modes: [mode], logger, development });
  return { app, lines, [Symbol.asyncDispose]: () => app.close() };
}

const hostile = new Proxy(
  {},
  new Proxy(
    {},
    {
      get() {
        throw new Error("do not look");
      },
    },
  ),
);

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function withGetter(name: string): Error {
  return Object.defineProperty(new Error("x"), name, {
    get() {
      throw new Error("do not look");
    },
  });
}

function circular(): Error {
  const error = new Error("secret of /srv/app: SELECT * FROM users");
  error.cause = error;
  return error;
}

/** Looks like one of ours to whoever asks for the brand only. */
function forged(members: object = {}): object {
  return { [Symbol.for("backworks.error")]: true, ...members };
}

const unexpected: [string, () => unknown][] = [
  ["an error", () => new Error("SELECT 1 FROM users at /srv/app")],
  ["undefined", () => undefined],
  ["null", () => null],
  ["a number", () => 42],
  ["a text", () => "password at db.internal"],
  ["a symbol", () => Symbol("x")],
  ["a BigInt", () => 1n],
  ["a function", () => () => {}],
  ["an object", () => ({ statusCode: 404, message: "not an error" })],
  ["an object without prototype", () => Object.create(null)],
  ["a frozen error", () => Object.freeze(new Error("x"))],
  ["an error that is its own cause", circular],
  ["an error with a huge message", () => new Error("x".repeat(5_000_000))],
  ["an error whose message throws", () => withGetter("message")],
  ["an error whose stack throws", () => withGetter("stack")],
  ["an error whose cause throws", () => withGetter("cause")],
  ["an error whose status throws", () => withGetter("status")],
  ["an error whose code throws", () => withGetter("code")],
  [
    "an object whose toString throws",
    () => ({
      toString: () => {
        throw new Error("do not look");
      },
    }),
  ],
  [
    "an object whose toJSON throws",
    () => ({
      toJSON: () => {
        throw new Error("do not look");
      },
    }),
  ],
  [
    "an object in a circle",
    () => {
      const circle: Record<string, unknown> = {};
      circle["self"] = circle;
      return circle;
    },
  ],
  ["a proxy that throws at every look", () => hostile],
  ["a revoked proxy", revoked],
  ["a promise", () => Promise.resolve(1)],
  ["an error of several", () => new AggregateError([new Error("a"), null], "several")],
  ["an aborted signal's reason", () => AbortSignal.abort().reason],
  ["an error that blames the server", () => Object.assign(new Error("x"), { status: 503, expose: true })],
  ["an error with a status and nothing exposed", () => Object.assign(new Error("x"), { status: 404 })],
  ["a forged error without parts", () => forged()],
  [
    "a forged error with a status that is none",
    () => forged({ code: "BW_X", status: "often", message: "x", details: {} }),
  ],
  [
    "a forged error whose headers throw",
    () =>
      forged({
        code: "BW_X",
        status: 400,
        message: "x",
        details: {},
        get headers() {
          throw new Error("no");
        },
      }),
  ],
];

describe("what is thrown", () => {
  it.each(unexpected)("is a bare 500, and the log has the same id: %s", async (_name, thrown) => {
    await using server = await startThrowing(thrown);
    const { app, lines } = server;

    const response = await app.fetch("/run");
    const body = (await response.json()) as Record<string, unknown>;

    expect([response.status, response.headers.get("content-type")]).toEqual([500, "application/problem+json"]);
    expect(Object.keys(body).toSorted()).toEqual(["code", "requestId", "status", "title", "type"]);
    expect(body).toMatchObject({
      status: 500,
      title: "Internal Server Error",
      requestId: response.headers.get("x-request-id"),
    });
    expect(lines.at(-1)?.fields).toMatchObject({ requestId: body["requestId"], endpoint: "run", path: "/run" });
    expect((await app.fetch("/health")).status).toBe(200);
  });

  it.each(unexpected)("becomes a line of the log: %s", async (_name, thrown) => {
    await using server = await startThrowing(thrown, { development: true });

    const response = await server.app.fetch("/run");

    expect(response.status).toBe(500);
  });

  it("is explained to the developer on this machine only", async () => {
    const options = { development: true };
    await using server = await startThrowing(() => new Error("the reason"), options);
    await using production = await startThrowing(() => new Error("the reason"));
    const detailOf = async ({ app }: typeof server, init?: RequestInit): Promise<unknown> =>
      ((await (await app.fetch("/run", init)).json()) as Record<string, unknown>)["detail"];

    expect(await detailOf(server)).toBe("an unexpected error: the reason");
    expect(await detailOf(server, { headers: { "x-forwarded-for": "203.0.113.9" } })).toBeUndefined();
    expect(await detailOf(server, { headers: { forwarded: "for=127.0.0.1" } })).toBeUndefined();
    expect(await detailOf(production)).toBeUndefined();
  });

  it("that blames the client is told in its words", async () => {
    await using server = await startThrowing(() =>
      Object.assign(new Error("no such thing"), { status: 418, expose: true }),
    );

    const response = await server.app.fetch("/run");

    expect(response.status).toBe(418);
    expect(await response.json()).toMatchObject({ type: "about:blank", status: 418, detail: "no such thing" });
  });

  it("never names a file of the server, whatever is exposed", async () => {
    const missing = { status: 404, expose: true, errno: -2, code: "ENOENT", syscall: "stat", path: "/srv/app/x" };
    await using server = await startThrowing(() => Object.assign(new Error("ENOENT: /srv/app/x"), missing));

    const response = await server.app.fetch("/run");
    const text = await response.text();

    expect([response.status, text.includes("/srv")]).toEqual([404, false]);
  });

  it("says little of what blames the client and is about the server", async () => {
    const missing = (): unknown => new BackworksError("BW_MOCK_BODY_FILE_MISSING", { file: "data/private.json" });
    await using server = await startThrowing(missing);
    await using dev = await startThrowing(missing, { development: true });

    expect(await (await server.app.fetch("/run")).text()).not.toContain("private");
    expect(await (await dev.app.fetch("/run")).text()).toContain("private");
  });

  it("has no body with HEAD", async () => {
    await using server = await startThrowing(() => new Error("x"));

    const response = await server.app.fetch("/run", { method: "HEAD" });

    expect([response.status, await response.text()]).toEqual([500, ""]);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});
