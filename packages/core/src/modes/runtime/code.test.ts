import { describe, expect, it } from "@jest/globals";
import { namesFile } from "./code.ts";
import { splitCommand } from "./command-line.ts";
import { importsOf } from "../../module-imports.ts";
import { createState } from "./state.ts";

describe("namesFile", () => {
  it.each([
    ["./handlers/price.js", true],
    ["handlers/price.py", true],
    ["../x", true],
    ["/abs/run", true],
    ["h.sh", true],
    ["echo hello", false],
    ["() => 1", false],
    ["export default () => 1;", false],
    ["def handler(request):\n    return 1\n", false],
    ["true", false],
  ])("says of %j: %s", (handler, expected) => {
    expect(namesFile(handler)).toBe(expected);
  });
});

describe("splitCommand", () => {
  it.each([
    ["python3 -u", ["python3", "-u"]],
    ["  node   x.js ", ["node", "x.js"]],
    [`sh -c "echo 'a b'" 'c d'`, ["sh", "-c", "echo 'a b'", "c d"]],
    ['a="b c"d', ["a=b cd"]],
    ["$HOME/x ; rm", ["$HOME/x", ";", "rm"]],
  ])("splits %j", (text, words) => {
    expect(splitCommand(text)).toEqual(words);
  });
});

describe("importsOf", () => {
  it("finds what a text imports, and where it stands", () => {
    const [a, b, c, d] = ["./a.js", "./b.js", "../c.mjs", "./d"];
    const text = `import a from "${a}"; export * from '${b}'; const c = await import("${c}"), d = require("${d}"); import "node:fs";`;

    const found = importsOf(text);

    expect(found.map(({ specifier }) => specifier)).toEqual([a, b, c, d, "node:fs"]);
    for (const { specifier, start, end } of found) expect(text.slice(start, end)).toBe(specifier);
  });
});

describe("the state of an endpoint", () => {
  it("keeps values of its own", () => {
    const state = createState();
    const value = { list: [1] };

    state.ask(["set", "a", value]);
    value.list.push(2);

    expect(state.ask(["get", "a"])).toEqual({ list: [1] });
    expect(state.ask(["get", "b"])).toBeNull();
    expect(state.ask(["increment", "n", 2])).toBe(2);
    expect(state.ask(["increment", "n", -1])).toBe(1);
    expect(state.ask(["keys"])).toEqual(["a", "n"]);
    expect([state.ask(["delete", "a"]), state.ask(["delete", "a"])]).toEqual([true, false]);
    state.ask(["set", "n", null]);
    expect(state.ask(["keys"])).toEqual([]);
  });

  it("has limits, and room again for what was deleted", () => {
    const state = createState();
    for (let key = 0; key < 10_000; key += 1) state.ask(["set", `k${key}`, 1]);

    expect(() => state.ask(["set", "more", 1])).toThrow(/10000 keys/);
    state.ask(["delete", "k0"]);
    state.ask(["set", "more", 1]);
    expect(() => state.ask(["set", "more", "x".repeat(20 * 1024 * 1024)])).toThrow(/16 MB/);
    expect(() => state.ask(["set", "more", () => {}])).toThrow(/not a function/);
    expect(() => state.ask(["fly"])).toThrow(/knows get/);
    expect(state.ask(["get", "__proto__"])).toBeNull();
  });
});
