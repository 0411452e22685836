import { connect } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { startApp } from "../testing.ts";

const yaml = `
name: edges
endpoints:
  one: { path: "/one/{id}", mock: { body: { id: "\${path.id}" } } }
  users:
    path: /users
    methods: [GET, POST]
    mock:
      rules:
        - { when: { method: POST }, respond: { status: 201, body: "\${body}" } }
        - { respond: { body: { query: "\${query}", cookies: "\${cookies}" } } }
  reset: { path: /reset, mock: { status: 205, body: x } }
`;

/** Sends pieces one after another, with pauses, and gives all that came back. `end` closes the client's half. */
function talk(port: number, pieces: readonly (string | Uint8Array)[], { end = false } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const rest = [...pieces];
    let received = "";
    const socket = connect(port, "127.0.0.1", next);
    const pauses = setInterval(next, 100);
    function next(): void {
      const piece = rest.shift();
      if (piece === undefined) return void socket.destroy();
      socket.write(piece);
      if (end && rest.length === 0) socket.end();
    }
    socket.on("data", (chunk) => (received += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => {
      clearInterval(pauses);
      resolve(received);
    });
  });
}

const host = "host: x\r\n";
const last = `${host}connection: close\r\n\r\n`;
const json = `${host}content-type: application/json\r\n`;

/** Statuses of the answers on one connection, in order. */
function statusesOf(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status ?? "");
}

describe("a connection", () => {
  it.each<[string, readonly (string | Uint8Array)[], readonly string[]]>([
    [
      "keep-alive after 404 with a body nobody reads",
      [`POST /nope HTTP/1.1\r\n${host}content-length: 6\r\n\r\nabc`, `def`, `GET /one/1 HTTP/1.1\r\n${last}`],
      ["404", "200"],
    ],
    [
      "pipelined requests with bodies between them",
      [
        `HEAD /one/1 HTTP/1.1\r\n${host}\r\nPOST /users HTTP/1.1\r\n${json}content-length: 2\r\n\r\n{}GET /no HTTP/1.1\r\n${last}`,
      ],
      ["200", "201", "404"],
    ],
    ["205 before another answer", [`GET /reset HTTP/1.1\r\n${host}\r\nGET /one/1 HTTP/1.1\r\n${last}`], ["205", "200"]],
    [
      "Expect: 100-continue",
      [`POST /users HTTP/1.1\r\n${json}expect: 100-continue\r\ncontent-length: 2\r\n\r\n`, "{}"],
      ["100", "201"],
    ],
    [
      "100-continue that is refused",
      [`POST /no HTTP/1.1\r\n${host}expect: 100-continue\r\ncontent-length: 2\r\n\r\n`],
      ["404"],
    ],
    [
      "a chunked upload with trailers",
      [
        `POST /users HTTP/1.1\r\n${json}transfer-encoding: chunked\r\ntrailer: x-a\r\n\r\n2\r\n{}\r\n0\r\nx-a: 1\r\n\r\n`,
      ],
      ["201"],
    ],
    [
      "content-length beside chunks",
      [`POST /users HTTP/1.1\r\n${host}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
      ["400"],
    ],
    ["two lengths", [`POST /users HTTP/1.1\r\n${host}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`], ["400"]],
    [
      "more body than said",
      [`POST /users HTTP/1.1\r\n${json}content-length: 2\r\n\r\n{}junk junk\r\n\r\n`],
      ["201", "400"],
    ],
    ["HTTP/1.0 without a host", ["GET /one/1 HTTP/1.0\r\n\r\n"], ["200"]],
    ["HTTP/1.1 without a host", ["GET /one/1 HTTP/1.1\r\nconnection: close\r\n\r\n"], ["400"]],
    ["an absolute target without a path", [`GET http://x?a=1 HTTP/1.1\r\n${last}`], ["404"]],
    ["a target of 8 KiB", [`GET /one/${"a".repeat(8192 - 5)} HTTP/1.1\r\n${last}`], ["200"]],
    ["a longer target", [`GET /one/${"a".repeat(8192 - 4)} HTTP/1.1\r\n${last}`], ["414"]],
    ["//users", [`GET //users HTTP/1.1\r\n${last}`], ["404"]],
    ["dots that would lead out", [`GET /one/../users HTTP/1.1\r\n${last}`], ["404"]],
    ["an encoded NUL", [`GET /one/%00 HTTP/1.1\r\n${last}`], ["400"]],
    ["raw bytes in a path", [Buffer.from(`GET /one/\xff\xfe HTTP/1.1\r\n${last}`, "latin1")], ["400"]],
    ["very many query pairs", [`GET /users?${"a&".repeat(4000)} HTTP/1.1\r\n${last}`], ["400"]],
    [
      "an upgrade nobody takes",
      [`GET /one/1 HTTP/1.1\r\n${host}connection: Upgrade\r\nupgrade: websocket\r\n\r\n`],
      ["200"],
    ],
    ["CONNECT", [`CONNECT x:443 HTTP/1.1\r\n${host}\r\n`], ["405"]],
    ["the beginning of TLS", [Buffer.from([22, 3, 1, 0, 5, 1, 0, 0, 1, 0])], ["400"]],
  ])("survives %s", async (_name, pieces, statuses) => {
    await using app = await startApp(yaml);

    const text = await talk(app.port, pieces);

    expect(statusesOf(text)).toEqual(statuses);
    expect(text).not.toMatch(/\n\s+at |node:internal/);
    expect((await app.fetch("/one/alive")).status).toBe(200);
  });

  it.each([
    ["a whole request", `GET /one/1 HTTP/1.1\r\n${host}\r\n`, ["200"]],
    ["half a request", "GET /one/1 HTTP/1.1\r\nho", ["400"]],
    ["half a body", `POST /users HTTP/1.1\r\n${json}content-length: 9\r\n\r\n{"a"`, ["400"]],
  ])("may be closed on the client's side after %s", async (_name, text, statuses) => {
    await using app = await startApp(yaml);

    expect(statusesOf(await talk(app.port, [text], { end: true }))).toEqual(statuses);
  });

  it.each(["/one/1", "/users", "/reset", "/nope", "/health", "/%zz"])("gets no body for HEAD %s", async (path) => {
    await using app = await startApp(yaml);

    const text = await talk(app.port, [`HEAD ${path} HTTP/1.1\r\n${last}`]);

    expect(text).toMatch(/^HTTP\/1\.1 \d{3} [^]*\r\n\r\n$/);
    expect(text.split("\r\n\r\n")).toHaveLength(2);
  });

  it.each([
    ["/users?", {}],
    ["/users?a=1&a=2&a[]=3", { a: ["1", "2"], "a[]": "3" }],
    ["/users?a=%zz&=x&&c", { a: "%zz", "": "x", c: "" }],
  ])("brings the query of %s", async (path, query) => {
    await using app = await startApp(yaml);

    expect(await (await app.fetch(path)).json()).toMatchObject({ query });
  });

  it("keeps an encoded slash within its segment when the configuration allows it", async () => {
    await using app = await startApp(`${yaml}server: { allow_encoded_slash: true }\n`);

    expect(await (await app.fetch("/one/a%2Fb")).json()).toEqual({ id: "a/b" });
  });

  it("takes odd cookies as they are", async () => {
    await using app = await startApp(yaml);

    const response = await app.fetch("/users", { headers: { cookie: "a; c=; e=%zz; e=2;;;" } });

    expect(await response.json()).toMatchObject({ cookies: { c: "", e: ["%zz", "2"] } });
  });
});
