import { afterEach, describe, expect, it } from "@jest/globals";
import { createStrayGuard, ownerOf } from "./strays.ts";
import type { StrayWatch } from "./strays.ts";

const owners = [
  { name: "inline", folder: undefined },
  { name: "cache", folder: "/p/node_modules/@backworks/plugin-cache" },
  { name: "local", folder: "/p/my plugins" },
];

function errorFrom(...frames: string[]): Error {
  const error = new Error("boom");
  error.stack = ["Error: boom", ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

const fromCache = errorFrom(
  "TCPConnectWrap.afterConnect (node:net:1:2)",
  "get (file:///p/node_modules/lru/index.js:4:5)",
  "read (file:///p/node_modules/@backworks/plugin-cache/dist/index.js:10:3)",
);
const fromNode = errorFrom("TCPConnectWrap.afterConnect [as oncomplete] (node:net:1494:16)");
const fromApplication = errorFrom("main (file:///p/server.js:1:2)", "run (node:internal/process:1:1)");

describe("ownerOf", () => {
  it.each([
    ["a package", fromCache, "cache"],
    ["a file with an encoded path", errorFrom("async file:///p/my%20plugins/a.js?v=123:1:2"), "local"],
    ["a file that was required", errorFrom("Object.<anonymous> (/p/my plugins/a.cjs:1:2)"), "local"],
    ["Node alone", fromNode, undefined],
    [
      "a neighbour with a longer name",
      errorFrom("x (file:///p/node_modules/@backworks/plugin-cache-two/i.js:1:1)"),
      undefined,
    ],
    ["no error at all", "boom", undefined],
  ])("looks at the stack of %s", (_what, error, owner) => {
    expect(ownerOf(error, owners)).toBe(owner);
  });
});

describe("createStrayGuard", () => {
  const strays: (readonly [string | undefined, unknown])[] = [];
  const release: (() => void)[] = [];
  const watch = (ownsProcess: boolean): StrayWatch => ({
    owners: () => owners,
    stray: (owner, error) => void strays.push([owner, error]),
    ownsProcess,
  });
  const rejected = Promise.resolve();
  const reject = (error: unknown): boolean => process.emit("unhandledRejection", error, rejected);

  afterEach(() => {
    strays.length = 0;
    for (const end of release.splice(0)) end();
  });

  it("listens only while somebody needs it", () => {
    const guard = createStrayGuard(watch(false));
    const before = process.listenerCount("uncaughtException");

    release.push(guard.hold(false));
    const without = process.listenerCount("uncaughtException");
    const ends = Array.from({ length: 20 }, () => createStrayGuard(watch(false)).hold(true));
    const during = process.listenerCount("uncaughtException");
    for (const end of ends) end();

    expect([without, during, process.listenerCount("uncaughtException")]).toEqual([before, before + 1, before]);
  });

  it("gives a plugin's stray errors to the plugin", () => {
    release.push(createStrayGuard(watch(false)).hold(true));

    reject(fromCache);
    process.emit("uncaughtException", fromCache);

    expect(strays).toEqual([
      ["cache", fromCache],
      ["cache", fromCache],
    ]);
  });

  it("survives what comes from nobody's code only where the process is ours", () => {
    release.push(createStrayGuard(watch(true)).hold(true));

    reject(fromNode);

    expect(strays).toEqual([[undefined, fromNode]]);
  });

  it.each([
    ["the application's", true, fromApplication],
    ["nobody's, in a process that is not ours", false, fromNode],
  ])("throws errors that are %s", (_whose, ownsProcess, error) => {
    release.push(createStrayGuard(watch(ownsProcess)).hold(true));

    expect(() => reject(error)).toThrow("boom");
    expect(strays).toEqual([]);
  });

  it("leaves errors of others to whoever else listens", () => {
    const other = (): void => {};
    process.on("unhandledRejection", other);
    release.push(createStrayGuard(watch(false)).hold(true), () => process.off("unhandledRejection", other));

    expect(() => reject(fromApplication)).not.toThrow();
  });
});
