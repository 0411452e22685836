import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { refuseEscape } from "./dot-segments.ts";
import { segmentsOf, withoutPrefix } from "./prefix.ts";

describe("dot segments", () => {
  it.each([
    ["/a/..", 1],
    ["/..", 0],
    ["/../a", 0],
    ["/a/../..", 0],
    ["/users/../admin", 1],
    ["/users/%2e%2e/admin", 1],
    ["/users/.%2E/admin", 1],
    ["/users/%2e./admin", 1],
    ["/users/..%2fadmin", 1],
    ["/users/..%5cadmin", 1],
    ["/users/..\\admin", 1],
    ["/users/..;/admin", 1],
    ["/users/..;x=1/admin", 1],
    ["/users/x/%2e%2e%2f%2e%2e%2fadmin", 1],
    ["/users//../..", 1],
  ])("of %s are refused above %i segments", (path, kept) => {
    expect(() => refuseEscape(path, kept)).toThrow(expect.objectContaining({ code: "BW_REQUEST_PATH", status: 400 }));
  });

  it.each([
    ["/a/b", 1],
    ["/a/x/..", 1],
    ["/a/x/%2e%2e/y", 1],
    ["/a/...", 1],
    ["/a/..b", 1],
    ["/a/b..c/d", 1],
    ["/a/./b", 1],
    ["/a/%252e%252e/b", 1],
    ["/", 0],
    ["/..x/..y", 0],
  ])("of %s pass above %i segments", (path, kept) => {
    expect(() => refuseEscape(path, kept)).not.toThrow();
  });

  it("never pass when a server that resolves them would leave", () => {
    const segment = fc.constantFrom("a", "b", "..", "%2e%2e", ".%2E", ".", "x..", "");
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), fc.integer({ min: 0, max: 2 }), (segments, kept) => {
        const path = `/${Array.from({ length: kept }, () => "p").join("/")}/${segments.join("/")}`;
        const passes = (): boolean => {
          try {
            refuseEscape(path, kept);
            return true;
          } catch {
            return false;
          }
        };
        const { pathname } = new URL(path.replaceAll(/\/{2,}/g, "/"), "http://x");
        const stays = pathname.startsWith(`/${Array.from({ length: kept }, () => "p").join("/")}`);

        // What it lets pass stays; it may refuse more, such as a way out and back in.
        expect(!passes() || stays).toBe(true);
      }),
    );
  });
});

describe("a prefix", () => {
  it.each([
    ["/users", "/users", "/"],
    ["/users/", "/users", "/"],
    ["/users/7", "/users", "/7"],
    ["/users/7/", "/users", "/7/"],
    ["/users/a%2Fb", "/users", "/a%2Fb"],
    ["/%75sers/7", "/users", "/7"],
    ["/a%20b/7", "/a b", "/7"],
    ["/api/v1/x", "/api/v1/", "/x"],
    ["/users2/7", "/users", undefined],
    ["/Users/7", "/users", undefined],
    ["/", "/users", undefined],
    ["/a", "/", "/a"],
    ["/%zz/a", "/%zz", "/a"],
  ])("taken off %s is %s: %s", (path, prefix, rest) => {
    expect(withoutPrefix(path, segmentsOf(prefix))).toBe(rest);
  });
});
