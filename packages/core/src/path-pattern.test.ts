import { describe, expect, it } from "@jest/globals";
import { normalisePath, parsePathPattern, pathShape } from "./path-pattern.ts";

describe("parsePathPattern", () => {
  it("takes text, typed parameters and the wildcard apart", () => {
    const pattern = parsePathPattern("/v1/{id:int}/{name}.json/*");

    expect(pattern).toEqual({
      segments: [
        [{ kind: "text", text: "v1" }],
        [{ kind: "parameter", name: "id", type: "int" }],
        [
          { kind: "parameter", name: "name", type: "string" },
          { kind: "text", text: ".json" },
        ],
      ],
      wildcard: true,
      parameters: ["id", "name", "*"],
    });
  });

  it.each([
    ["users"],
    ["/users/{id"],
    ["/users/id}"],
    ["/users/{}"],
    ["/users/{id?}"],
    ["/users/{id:slug}"],
    ["/users/{id:int:x}"],
    ["/users/{__proto__}"],
    ["/{a}/{a}"],
    ["/{a}{b}"],
    ["/a*"],
    ["/*/b"],
    ["/users/{id}(\\d+)"],
    ["/users?x=1"],
  ])("refuses %s", (path) => {
    expect(() => parsePathPattern(path)).toThrow(expect.objectContaining({ code: "BW_PATH_PATTERN" }));
  });
});

describe("normalisePath", () => {
  it.each([
    ["/users/:id", "/users/{id}"],
    ["/:a-:b/x", "/{a}-{b}/x"],
    ["/users/{id:int}", "/users/{id:int}"],
    ["/books:batch", "/books:batch"],
    ["/", "/"],
  ])("writes %s as %s", (path, expected) => {
    expect(normalisePath(path)).toBe(expected);
  });
});

describe("pathShape", () => {
  it("is equal for paths that differ in the names of parameters only", () => {
    expect(pathShape("/users/{id}")).toBe(pathShape("/users/{name}"));
    expect(pathShape("/users/{id}")).not.toBe(pathShape("/users/{id:int}"));
    expect(pathShape("/users/{id}")).not.toBe(pathShape("/users/%7Bid%7D"));
  });
});
