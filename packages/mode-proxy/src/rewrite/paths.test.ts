import { connect } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { firstOf, startProxy, startServer } from "../../test/proxy-rig.ts";

/** The status line of a request whose target is sent as it is written. */
function askRaw(url: string, target: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("error", reject).on("close", () => resolve(text.split("\r\n", 1)[0] ?? ""));
  });
}

describe("the path at the upstream", () => {
  it.each([
    ["path: /a/*", "", "/a/b?x=1&x=2", "/a/b?x=1&x=2"],
    ["path: /a/*", "strip_prefix: /a", "/a/b", "/b"],
    ["path: /a/*", "strip_prefix: /a", "/a/b/?x", "/b/?x"],
    ["path: /a/*", "strip_prefix: /a", "/a/b%3Fc%20d", "/b%3Fc%20d"],
    ["path: /a/*", "strip_prefix: /a", "/%61/b", "/b"],
    ["path: /a/*", "strip_prefix: /other", "/a/b", "/a/b"],
    ["path: /a/*", "add_prefix: /v1", "/a/b", "/v1/a/b"],
    ["path: /a/*", "strip_prefix: /a, add_prefix: /v1/", "/a/b", "/v1/b"],
    ["path: /a", "strip_prefix: /a, add_prefix: /v1", "/a", "/v1"],
    ["path: /a", "strip_prefix: /a", "/a?q", "/?q"],
    ["path: '/u/{id}'", "path_rewrite: '/users/${path.id}'", "/u/7?x=1", "/users/7?x=1"],
    ["path: '/u/{id}'", "path_rewrite: '/users/${path.id}'", "/u/a%20b%3Fc", "/users/a%20b%3Fc"],
    ["path: '/u/{id}'", "path_rewrite: '/users?id=${path.id}&q=${query.q}'", "/u/7?q=a%26b", "/users?id=7&q=a%26b"],
    ["path: '/f/*'", "path_rewrite: '/files/${path[\"*\"]}'", "/f/a/b%20c", "/files/a/b%20c"],
    ["path: '/u/{id}'", "path_rewrite: '/fixed'", "/u/7", "/fixed"],
    ["path: '/u/{id}'", "path_rewrite: '/${headers.x-nothing}/${path.id}'", "/u/7", "//7"],
  ])("%s with { %s }: %s becomes %s", async (...[path, keys, asked, expected]) => {
    await using server = await startServer();
    await using app = await startProxy(
      `name: x\nendpoints:\n  a:\n    ${path}\n    proxy: { target: "${server.url}", ${keys} }\n`,
    );

    const response = await app.fetch(asked);

    expect([response.status, server.seen[0]?.url]).toEqual([200, expected]);
  });

  it.each([
    ["strip_prefix: /a", "/a/b%2Fc/d", "/b%2Fc/d"],
    ["path_rewrite: '/x/${path[\"*\"]}'", "/a/b/c", "/x/b/c"],
  ])("keeps encoded slashes where they are allowed, with %s", async (keys, asked, expected) => {
    await using server = await startServer();
    const yaml = `name: x\nserver: { allow_encoded_slash: true }\nendpoints: { a: { path: /a/*, proxy: { target: "${server.url}", ${keys} } } }\n`;
    await using app = await startProxy(yaml);

    await app.fetch(asked);

    expect(server.seen[0]?.url).toBe(expected);
  });

  it("has slashes of a parameter encoded", async () => {
    await using server = await startServer();
    const yaml = `name: x\nserver: { allow_encoded_slash: true }\nendpoints: { a: { path: "/u/{id}", proxy: { target: "${server.url}", path_rewrite: "/users/\${path.id}" } } }\n`;
    await using app = await startProxy(yaml);

    await app.fetch("/u/a%2Fb");

    expect(server.seen[0]?.url).toBe("/users/a%2Fb");
  });

  it("is without server.base_path, and with the path of the target", async () => {
    await using server = await startServer();
    const yaml = `name: x\nserver: { base_path: /api }\nendpoints: { a: { path: /a/*, proxy: { target: "${server.url}/in", strip_prefix: /a } } }\n`;
    await using app = await startProxy(yaml);

    await app.fetch("/api/a/b");

    expect(server.seen[0]?.url).toBe("/in/b");
  });

  it.each([["/a/../admin"], ["/a/%2e%2e/admin"], ["/a/..%2fadmin"], ["/a/x/..;/..;/admin"], ["/a/..%5cadmin"]])(
    "that leaves its prefix is refused: %s",
    async (target) => {
      await using server = await startServer();
      await using app = await startProxy(
        `name: x\nendpoints: { a: { path: /a/*, proxy: { target: "${server.url}/in", strip_prefix: /a } } }\n`,
      );

      const status = await askRaw(app.url, target);

      expect(status).toMatch(/^HTTP\/1.1 (?:400|404) /);
      expect(server.seen).toEqual([]);
    },
  );

  it("that a parameter would lead away with dots is refused", async () => {
    await using server = await startServer();
    await using app = await startProxy(
      `name: x\nendpoints: { a: { path: "/u/{id}", proxy: { target: "${server.url}", path_rewrite: "/a/\${query.id}" } } }\n`,
    );

    const status = await askRaw(app.url, "/u/7?id=..");

    expect(status).toBe("HTTP/1.1 400 Bad Request");
    expect(server.seen).toEqual([]);
  });
});

describe("headers", () => {
  const yamlFor = (url: string, keys: string, root = ""): string =>
    `name: x\n${root}endpoints:\n  a:\n    path: /a/{id}\n    methods: [GET, POST]\n    proxy: { target: "${url}", ${keys} }\n`;

  it("of a request are set from the environment and from the request, and left out", async () => {
    await using server = await startServer();
    const keys =
      'transform_request: { remove_headers: [authorization, X-Gone], add_headers: { X-Api-Key: "${LEGACY_KEY}", x-user: "${path.id}", x-list: [a, "${query.b}"], x-none: "${query.none}", x-number: 7 } }';
    await using app = await startProxy(yamlFor(server.url, keys), { env: { LEGACY_KEY: "s3cret-key" } });

    await app.fetch("/a/7?b=c", {
      headers: { authorization: "Bearer x", "x-gone": "1", "x-user": "client", "x-kept": "1" },
    });
    const { headers } = firstOf(server);

    expect(headers).toMatchObject({
      "x-api-key": "s3cret-key",
      "x-user": "7",
      "x-list": "a, c",
      "x-number": "7",
      "x-kept": "1",
    });
    expect(["authorization", "x-gone", "x-none"].filter((name) => name in headers)).toEqual([]);
  });

  it("made from a body are there, and the body still goes on", async () => {
    await using server = await startServer();
    const keys = 'transform_request: { add_headers: { x-name: "${body.name}" } }';
    await using app = await startProxy(yamlFor(server.url, keys));

    await app.fetch("/a/7", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"name":"Ada"}',
    });

    expect(server.seen[0]).toMatchObject({ body: '{"name":"Ada"}', headers: { "x-name": "Ada" } });
  });

  it("that cannot be sent are refused with 400", async () => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server.url, 'transform_request: { add_headers: { x: "${query.q}" } }'));

    const [broken, foreign] = [await app.fetch("/a/7?q=a%0d%0ax-evil:1"), await app.fetch("/a/7?q=%E2%82%AC")];

    expect([broken.status, foreign.status]).toEqual([400, 400]);
    expect(await broken.json()).toMatchObject({ code: "BW_PROXY_HEADER_INVALID" });
    expect(server.seen).toEqual([]);
  });

  it("of an answer are set and left out, and statuses changed", async () => {
    await using server = await startServer((response) => {
      response.writeHead(404, { "x-powered-by": "old", "content-type": "text/plain", "x-user": "theirs" });
      response.end("nothing");
    });
    const keys =
      'transform_response: { add_headers: { X-Proxied-By: Backworks, x-user: "${path.id}" }, remove_headers: [x-powered-by], status_code_mapping: { 404: 410 } }';
    await using app = await startProxy(yamlFor(server.url, keys));

    const response = await app.fetch("/a/7");

    expect([response.status, await response.text()]).toEqual([410, "nothing"]);
    expect(response.headers.get("x-proxied-by")).toBe("Backworks");
    expect(response.headers.get("x-user")).toBe("7");
    expect(response.headers.get("x-powered-by")).toBeNull();
  });

  it("of a status without a body go without it", async () => {
    await using server = await startServer((response) => void response.writeHead(404).end("nothing"));
    await using app = await startProxy(
      yamlFor(server.url, "transform_response: { status_code_mapping: { 404: 204 } }"),
    );

    const response = await app.fetch("/a/7");

    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(response.headers.get("content-length")).toBeNull();
  });

  it.each([
    ["preserve_host: true", "shop.example"],
    ["preserve_host: false", undefined],
    ['transform_request: { add_headers: { host: "fixed.example" } }', "fixed.example"],
  ])("with %s say the host %s", async (keys, expected) => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server.url, keys));

    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(new URL(app.url).port), "127.0.0.1", () => {
        socket.write("GET /a/7 HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n");
      });
      socket
        .on("error", reject)
        .on("close", () => resolve())
        .resume();
    });

    expect(server.seen[0]?.headers.host).toBe(expected ?? new URL(server.url).host);
  });
});

describe("addresses in an answer", () => {
  it.each([
    ["ORIGIN/v1/users/7", "/api/u/users/7"],
    ["/v1/users/7?a=1#b", "/api/u/users/7?a=1#b"],
    ["/v1", "/api/u"],
    ["/other/7", "/other/7"],
    ["http://elsewhere.example/v1/7", "http://elsewhere.example/v1/7"],
    ["7/edit", "7/edit"],
    ["//elsewhere.example/v1/7", "//elsewhere.example/v1/7"],
    ["not a url at all %%", "not a url at all %%"],
  ])("name this API: %s becomes %s", async (location, expected) => {
    await using server = await startServer();
    server.answer = (response) =>
      void response.writeHead(302, { location: location.replace("ORIGIN", server.url) }).end();
    const yaml = `name: x\nserver: { base_path: /api }\nendpoints: { a: { path: /u/*, proxy: { target: "${server.url}", strip_prefix: /u, add_prefix: /v1, rewrite_response: { location: true } } } }\n`;
    await using app = await startProxy(yaml);

    const response = await app.fetch("/api/u/x");

    expect([response.status, response.headers.get("location")]).toEqual([302, expected]);
  });

  it.each([
    ["cookie_path: true", ["a=1; Path=/u/x; domain=old.example; HttpOnly", "b=2; Path=/u; Secure", "c=3"]],
    ["cookie_path: { /v1: / }", ["a=1; Path=/v1/x; domain=old.example; HttpOnly", "b=2; Path=/; Secure", "c=3"]],
    ["cookie_domain: new.example", ["a=1; path=/v1/x; Domain=new.example; HttpOnly", "b=2; Path=/v1; Secure", "c=3"]],
    ["cookie_domain: false", ["a=1; path=/v1/x; HttpOnly", "b=2; Path=/v1; Secure", "c=3"]],
    [
      'cookie_domain: { "*": false, other.example: new.example }',
      ["a=1; path=/v1/x; HttpOnly", "b=2; Path=/v1; Secure", "c=3"],
    ],
    [
      "cookie_domain: { .Old.example: new.example }",
      ["a=1; path=/v1/x; Domain=new.example; HttpOnly", "b=2; Path=/v1; Secure", "c=3"],
    ],
    [
      "cookie_domain: { other.example: new.example }",
      ["a=1; path=/v1/x; domain=old.example; HttpOnly", "b=2; Path=/v1; Secure", "c=3"],
    ],
    [
      'cookie_path: { "*": /all, /v1: / }',
      ["a=1; Path=/all; domain=old.example; HttpOnly", "b=2; Path=/; Secure", "c=3"],
    ],
    ["location: true", ["a=1; path=/v1/x; domain=old.example; HttpOnly", "b=2; Path=/v1; Secure", "c=3"]],
  ])("in cookies are changed by %s", async (keys, expected) => {
    const cookies = ["a=1; path=/v1/x; domain=old.example; HttpOnly", "b=2; Path=/v1; Secure", "c=3"];
    await using server = await startServer((response) => void response.writeHead(200, { "set-cookie": cookies }).end());
    const yaml = `name: x\nendpoints: { a: { path: /u/*, proxy: { target: "${server.url}/v1", strip_prefix: /u, rewrite_response: { ${keys} } } } }\n`;
    await using app = await startProxy(yaml);

    const response = await app.fetch("/u/x");

    expect(response.headers.getSetCookie()).toEqual(expected);
  });

  it.each([
    ["http://HOST/v1/7", "/u/7"],
    ["//HOST/v1/7", "/u/7"],
    ["http://other.example/v1/7", "http://other.example/v1/7"],
    ["ftp://HOST/v1/7", "ftp://HOST/v1/7"],
  ])("name this API when the upstream goes by its name: %s becomes %s", async (location, expected) => {
    await using server = await startServer();
    server.answer = (response, { headers: { host = "" } }) =>
      void response.writeHead(302, { location: location.replace("HOST", host) }).end();
    const yaml = `name: x\nendpoints: { a: { path: /u/*, proxy: { target: "${server.url}/v1", preserve_host: true, strip_prefix: /u, rewrite_response: { location: true } } } }\n`;
    await using app = await startProxy(yaml);

    const response = await app.fetch("/u/x");

    expect(response.headers.get("location")).toBe(expected.replace("HOST", new URL(app.url).host));
  });
});
