import { describe, expect, it } from "@jest/globals";
import type { Route } from "../model/app.ts";
import type { RouterParts } from "../model/build.ts";
import { createRouter } from "./router.ts";

const settings = { basePath: "", strictSlash: false };

function route(id: string, info?: { method: string; pattern: string }): Route {
  const route: Partial<Route> = {
    info: info && { id, endpoint: id, mode: "mock", ...info },
    handler: () => ({ body: id }),
  };
  // The router reads nothing else of a route.
  return route as Route;
}

function options(over: Partial<RouterParts> = {}): RouterParts {
  return {
    ...settings,
    notFound: route("404"),
    malformed: route("400"),
    notAllowed: (allow, pattern) => route(`405 ${pattern} ${allow.join()}`),
    options: (allow, pattern) => route(`204 ${pattern} ${allow.join()}`),
    ...over,
  };
}

/** A router over `GET /a` texts; its `find` gives the matched text and parameters. */
function routerOf(routes: readonly string[], over: Partial<RouterParts> = {}) {
  const compiled = routes.map((text) => {
    const [method = "", pattern = ""] = text.split(" ");
    return route(text, { method, pattern });
  });
  const router = createRouter(compiled, options(over));
  function find(request: string): unknown[] {
    const [method = "", path = ""] = request.split(" ");
    const { route: found, params } = router.match(method, path);
    const answer = found.handler({} as never) as { body: string };
    return Object.keys(params).length === 0 ? [answer.body] : [answer.body, { ...params }];
  }
  return { router, find };
}

describe("createRouter", () => {
  it.each([
    ["GET /users", "GET /users"],
    ["GET /users/", "GET /users"],
    ["GET /", "GET /"],
    ["HEAD /users", "GET /users"],
    ["GET /Users", "404"],
    ["GET //users", "404"],
    ["GET /users//", "404"],
    ["GET /nothing", "404"],
    ["GET /caf%C3%A9", "GET /café"],
    ["GET /caf%c3%a9", "GET /café"],
    ["GET /%75sers", "GET /users"],
    ["GET /a%2Fb", "GET /a%2Fb"],
    ["GET /a/b", "404"],
    ["GET /declared", "GET /declared/"],
    ["GET /declared/", "GET /declared/"],
  ])("answers the static path of %s with %s", (request, expected) => {
    const { find } = routerOf(["GET /users", "GET /", "GET /café", "GET /a%2Fb", "GET /declared/"]);

    expect(find(request)).toEqual([expected]);
  });

  it.each([
    ["GET /users/stats", ["GET /users/stats"]],
    ["GET /users/7", ["GET /users/{id:int}", { id: 7 }]],
    ["GET /users/-7", ["GET /users/{id:int}", { id: -7 }]],
    ["GET /users/-0", ["GET /users/{id:int}", { id: 0 }]],
    ["GET /users/007", ["GET /users/{id:int}", { id: 7 }]],
    ["GET /users/9007199254740993", ["GET /users/{name}", { name: "9007199254740993" }]],
    ["GET /users/7.5", ["GET /users/{name}", { name: "7.5" }]],
    ["GET /users/ada", ["GET /users/{name}", { name: "ada" }]],
    ["GET /users/a%2Fb", ["GET /users/{name}", { name: "a/b" }]],
    ["GET /users/100%25", ["GET /users/{name}", { name: "100%" }]],
    ["GET /users/%2541", ["GET /users/{name}", { name: "%41" }]],
    ["GET /users/a+b", ["GET /users/{name}", { name: "a+b" }]],
    ["GET /users/constructor", ["GET /users/{name}", { name: "constructor" }]],
    ["GET /users/ada/posts", ["GET /users/*", { "*": "ada/posts" }]],
    ["GET /users/a/b/", ["GET /users/*", { "*": "a/b/" }]],
    ["GET /users/", ["GET /users/*", { "*": "" }]],
    ["GET /users", ["GET /users/*", { "*": "" }]],
  ])("prefers what demands most: %s", (request, expected) => {
    const { find } = routerOf(["GET /users/*", "GET /users/{name}", "GET /users/{id:int}", "GET /users/stats"]);

    expect(find(request)).toEqual(expected);
  });

  it.each([
    ["GET /f/a.json", ["GET /f/{name}.json", { name: "a" }]],
    ["GET /f/a.json.json", ["GET /f/{name}.json", { name: "a.json" }]],
    ["GET /f/.json", ["GET /f/{any}", { any: ".json" }]],
    ["GET /f/a.xml", ["GET /f/{any}", { any: "a.xml" }]],
    ["GET /f/v1.2", ["GET /f/v{major:int}.{minor:int}", { major: 1, minor: 2 }]],
    ["GET /f/v1.x", ["GET /f/{any}", { any: "v1.x" }]],
    ["GET /f/a-b-c", ["GET /f/{left}-{right}", { left: "a", right: "b-c" }]],
    ["GET /f/-b-c", ["GET /f/{left}-{right}", { left: "-b", right: "c" }]],
    ["GET /f/a-", ["GET /f/{any}", { any: "a-" }]],
  ])("reads parameters inside a segment: %s", (request, expected) => {
    const { find } = routerOf([
      "GET /f/{any}",
      "GET /f/{left}-{right}",
      "GET /f/v{major:int}.{minor:int}",
      "GET /f/{name}.json",
    ]);

    expect(find(request)).toEqual(expected);
  });

  it("takes an UUID of either case as it stands", () => {
    const { find } = routerOf(["GET /o/{id:uuid}"]);
    const id = "0b5E8a1c-0000-4000-8000-00000000000F";

    expect(find(`GET /o/${id}`)).toEqual(["GET /o/{id:uuid}", { id }]);
    expect(find(`GET /o/${id.slice(1)}0`)).toEqual(["404"]);
    expect(find(`GET /o/${id.replace("a", "g")}`)).toEqual(["404"]);
  });

  it("goes back when the preferred branch leads nowhere", () => {
    const { find } = routerOf(["GET /a/b/c", "GET /a/{x}/d", "GET /{y}/b/e", "GET /*"]);

    expect(find("GET /a/b/d")).toEqual(["GET /a/{x}/d", { x: "b" }]);
    expect(find("GET /a/b/e")).toEqual(["GET /{y}/b/e", { y: "a" }]);
    expect(find("GET /a/b/f")).toEqual(["GET /*", { "*": "a/b/f" }]);
  });

  it("lets a less specific pattern answer the methods a more specific one lacks", () => {
    const { find } = routerOf(["GET /users/me", "GET /users/{id}", "DELETE /users/{id}"]);

    expect(find("DELETE /users/me")).toEqual(["DELETE /users/{id}", { id: "me" }]);
    expect(find("PUT /users/me")).toEqual(["405 /users/me GET,HEAD,DELETE,OPTIONS"]);
  });

  it("has a route of every method answer what nothing else does, and tells nobody of it", () => {
    const { find } = routerOf(["GET /a", "* /a", "PUT /{id}", "* /b/*"]);

    expect([find("GET /a"), find("HEAD /a"), find("LOCK /a"), find("PUT /a")]).toEqual([
      ["GET /a"],
      ["GET /a"],
      ["* /a"],
      ["* /a"],
    ]);
    expect([find("LOCK /b/c"), find("LOCK /c")]).toEqual([["* /b/*", { "*": "c" }], ["405 /{id} PUT,OPTIONS"]]);
    expect(find("OPTIONS *")).toEqual(["204 /a GET,HEAD,PUT,OPTIONS"]);
  });

  it("names parameters as the route of the method does", () => {
    const { find } = routerOf(["GET /users/{id}", "PUT /users/{name}"]);

    expect(find("GET /users/1")).toEqual(["GET /users/{id}", { id: "1" }]);
    expect(find("PUT /users/1")).toEqual(["PUT /users/{name}", { name: "1" }]);
  });

  it("answers with the first of two routes that match the same paths", () => {
    const { find } = routerOf(["GET /users/{id}", "GET /users/{name}"]);

    expect(find("GET /users/1")).toEqual(["GET /users/{id}", { id: "1" }]);
  });

  it("answers HEAD by its own route when there is one", () => {
    const { find } = routerOf(["GET /users", "HEAD /users"]);

    expect(find("HEAD /users")).toEqual(["HEAD /users"]);
  });

  it("makes 405 and OPTIONS with the methods of every pattern that matches", () => {
    const { find } = routerOf(["PATCH /a", "GET /a", "POST /{x}", "PURGE /a"]);

    expect(find("DELETE /a")).toEqual(["405 /a GET,HEAD,POST,PATCH,OPTIONS,PURGE"]);
    expect(find("OPTIONS /a")).toEqual(["204 /a GET,HEAD,POST,PATCH,OPTIONS,PURGE"]);
    expect(find("OPTIONS /b")).toEqual(["204 /{x} POST,OPTIONS"]);
    expect(find("OPTIONS /a/b")).toEqual(["404"]);
    expect(find("OPTIONS *")).toEqual(["204 /a GET,HEAD,POST,PATCH,OPTIONS,PURGE"]);
  });

  it("leaves OPTIONS to its own route, and to 405 when nobody answers it", () => {
    const own = routerOf(["GET /a", "OPTIONS /a"]);
    const off = routerOf(["GET /a"], { options: () => undefined });

    expect(own.find("OPTIONS /a")).toEqual(["OPTIONS /a"]);
    expect(off.find("OPTIONS /a")).toEqual(["405 /a GET,HEAD"]);
  });

  it.each(["/%", "/%zz", "/a/%C3%28", "/%00", "/%ff", "/%C0%80", "/users/%ED%A0%80"])("answers 400 for %s", (path) => {
    const { find } = routerOf(["GET /users/{id}", "GET /*"]);

    expect(find(`GET ${path}`)).toEqual(["400"]);
  });

  it("tells /users/ from /users when slashes are strict", () => {
    const { find } = routerOf(["GET /users", "GET /teams/", "GET /files/*", "GET /"], { strictSlash: true });

    expect(find("GET /users")).toEqual(["GET /users"]);
    expect(find("GET /users/")).toEqual(["404"]);
    expect(find("GET /teams/")).toEqual(["GET /teams/"]);
    expect(find("GET /teams")).toEqual(["404"]);
    expect(find("GET /files")).toEqual(["404"]);
    expect(find("GET /files/")).toEqual(["GET /files/*", { "*": "" }]);
    expect(find("GET /files/a/")).toEqual(["GET /files/*", { "*": "a/" }]);
    expect(find("GET /")).toEqual(["GET /"]);
  });

  it("serves below the base path only", () => {
    const { find } = routerOf(["GET /", "GET /users/{id}"], { basePath: "/api/v1" });

    expect(find("GET /api/v1")).toEqual(["GET /"]);
    expect(find("GET /api/v1/")).toEqual(["GET /"]);
    expect(find("GET /api/v1/users/1")).toEqual(["GET /users/{id}", { id: "1" }]);
    expect(find("GET /users/1")).toEqual(["404"]);
    expect(find("GET /api/v12/users/1")).toEqual(["404"]);
  });

  it("gives the same match object for every hit of a static route", () => {
    const { router } = routerOf(["GET /users", "GET /café"]);

    expect(router.match("GET", "/users")).toBe(router.match("GET", "/users/"));
    expect(router.match("GET", "/caf%C3%A9")).toBe(router.match("GET", "/caf%c3%a9"));
  });

  it("finds nothing in parameters but what the path holds", () => {
    const { router } = routerOf(["GET /{id}"]);

    const { params } = router.match("GET", "/1");

    expect("constructor" in params).toBe(false);
    expect("__proto__" in params).toBe(false);
    expect(Object.keys(params)).toEqual(["id"]);
  });

  it("answers a path of many thousand segments without running out of stack", () => {
    const { find } = routerOf(["GET /{a}/{b}"]);

    expect(find(`GET ${"/x".repeat(50_000)}`)).toEqual(["404"]);
  });
});
