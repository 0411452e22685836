import { describe, expect, it } from "@jest/globals";
import type { RouteDraft } from "../../mode.ts";
import { findFit, includesMethod } from "./fit.ts";

const draft = (path: string, ...methods: string[]): RouteDraft => ({ path, methods, handler: () => ({}) });

describe("findFit", () => {
  it.each([
    ["/a", "/a", true],
    ["/a", "/b", false],
    ["/a/{id}", "/a/{key}", true],
    ["/a/{id:int}", "/a/{key}", true],
    ["/a/{id}", "/a/{key:int}", false],
    ["/a/{id:int}", "/a/{key:uuid}", false],
    ["/a/{id}", "/a", false],
    ["/a/x", "/a/{id}", false],
    ["/a/{id}", "/a/x", false],
    ["/a/*", "/a/*", true],
    ["/a/{id}", "/a/*", false],
    ["/a/{id}.json", "/a/{key}.json", true],
    ["/a/{id}.json", "/a/{key}", false],
  ])("for %s by one for %s: %s", (path, other, fits) => {
    expect(findFit([draft(other, "GET")], path, "GET") !== undefined).toBe(fits);
  });

  it("takes the draft of the same shape before a wider one", () => {
    const drafts = [draft("/a/{any}", "GET"), draft("/a/{id:int}", "GET")];

    expect(findFit(drafts, "/a/{n:int}", "GET")?.draft).toBe(drafts[1]);
  });

  it("takes a draft for GET for HEAD, and none of another method", () => {
    const drafts = [draft("/a", "GET")];

    expect(["GET", "HEAD", "POST"].map((method) => findFit(drafts, "/a", method)?.draft)).toEqual([
      drafts[0],
      drafts[0],
      undefined,
    ]);
    expect(includesMethod(undefined, "PUT")).toBe(true);
  });

  it.each([
    ["/a/{id}", "/a/{id}", undefined],
    ["/a/{id}", "/a/{key}", { key: "7" }],
    ["/a/{id:int}", "/a/{id}", { id: "7" }],
    ["/a/{id}/{n}", "/a/{n}/{id}", { n: "7", id: "8" }],
    ["/a/{id}/*", "/a/{key}/*", { key: "7", "*": "rest" }],
  ])("of %s gives %s its own names", (path, other, expected) => {
    const fit = findFit([draft(other, "GET")], path, "GET");
    const id = path.includes("int") ? 7 : "7";

    const renamed = fit?.rename?.({ id, n: "8", "*": "rest" });

    expect(renamed && { ...renamed }).toEqual(expected);
  });
});
