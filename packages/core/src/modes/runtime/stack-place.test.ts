import { describe, expect, it } from "@jest/globals";
import { placeInStack, writePlace } from "./stack-place.ts";

describe("placeInStack", () => {
  it.each([
    ["Error: x\n    at f (/p/lib/a.js:3:5)\n    at /p/b.js:1:1", "lib/a.js:3:5"],
    ["Error: x\n    at file:///p/a%20b.mjs?v=12ab:7:9", "a b.mjs:7:9"],
    ["Error: x\n    at g (/p/node_modules/x/i.js:1:1)\n    at f (/p/a.js:2:2)", "a.js:2:2"],
    ["Error: x\n    at g (node:internal/x:1:1)\n    at f (/elsewhere/a.js:2:2)", undefined],
    ["/p/a.cjs:2\nconst x = (;\n           ^\n\nSyntaxError: Unexpected token", "a.cjs:2:12"],
    ["/p/a.cjs:2\n\nSyntaxError: Unexpected token", "a.cjs:2:1"],
    [
      'Traceback\n  File "/usr/lib/x.py", line 1\n  File "/p/a.py", line 4, in handler\n  File "/p/b.py", line 9, in f',
      "b.py:9:1",
    ],
    ["", undefined],
    [undefined, undefined],
  ])("finds in %j the place %j", (stack, expected) => {
    const place = placeInStack(stack, "/p");

    expect(place && writePlace(place, "/p")).toBe(expected);
  });
});
