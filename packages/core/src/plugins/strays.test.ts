import { afterEach, describe, expect, it } from "@jest/globals";
import { createStrayGuard, ownerOf } from "./strays.ts";
import type { StrayWatch } from "./strays.ts";

const owners = [
  { name: "inline", code: undefined },
  { name: "cache", code: "/p/node_modules/@backworks/plugin-cache" },
  { name: "local", code: "/p/my plugins" },
  { name: "file", code: "/p/a.mjs" },
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
const fromApplication = errorFrom("main (file:///application/server.js:1:2)", "run (node:internal/process:1:1)");

describe("ownerOf", () => {
  it.each([
    ["a package", fromCache, "cache"],
    ["a file with an encoded path", errorFrom("async file:///p/my%20plugins/a.js?v=123:1:2"), "local"],
    ["a file that was required", errorFrom("Object.<anonymous> (/p/my plugins/a.cjs:1:2)"), "local"],
    ["a file of the project's root", errorFrom("x (file:///p/a.mjs?v=12:1:2)"), "file"],
    ["its neighbour", errorFrom("x (file:///p/b.mjs:1:2)"), undefined],
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
  const ends: (() => void)[] = [];
  const begin = (ownsProcess: boolean): void => {
    const guard = createStrayGuard(watch(ownsProcess));
    guard.begin();
    ends.push(guard.end);
  };
  const watch = (ownsProcess: boolean): StrayWatch => ({
    owners: () => owners,
    stray: (owner, error) => void strays.push([owner, error]),
    onlyProject: ownsProcess ? "/p" : undefined,
  });
  const rejected = Promise.resolve();
  const reject = (error: unknown): boolean => process.emit("unhandledRejection", error, rejected);

  afterEach(() => {
    strays.length = 0;
    for (const end of ends.splice(0)) end();
  });

  it("listens once for all, and only while somebody needs it", () => {
    const before = process.listenerCount("uncaughtException");
    const guards = Array.from({ length: 20 }, () => createStrayGuard(watch(false)));

    for (const guard of guards) guard.begin();
    const during = process.listenerCount("uncaughtException");
    for (const guard of [...guards, ...guards]) guard.end();

    expect([during, process.listenerCount("uncaughtException")]).toEqual([before + 1, before]);
  });

  it("gives a plugin's stray errors to the plugin", () => {
    begin(false);

    reject(fromCache);
    process.emit("uncaughtException", fromCache);

    expect(strays).toEqual([
      ["cache", fromCache],
      ["cache", fromCache],
    ]);
  });

  it.each([
    ["nobody's code", fromNode],
    ["other code of the project", errorFrom("x (file:///p/b.mjs:1:2)")],
  ])("survives what comes from %s where the process is ours", (_whose, error) => {
    begin(true);

    reject(error);

    expect(strays).toEqual([[undefined, error]]);
  });

  it.each([
    ["the application's", true, fromApplication],
    ["nobody's, in a process that is not ours", false, fromNode],
  ])("throws errors that are %s", (_whose, ownsProcess, error) => {
    begin(ownsProcess);

    expect(() => reject(error)).toThrow("boom");
    expect(strays).toEqual([]);
  });

  it("leaves errors of others to whoever else listens", () => {
    const other = (): void => {};
    process.on("unhandledRejection", other);
    begin(false);
    ends.push(() => process.off("unhandledRejection", other));

    expect(() => reject(fromApplication)).not.toThrow();
  });
});
