import { chunked, get, head, post } from "./case.ts";
import type { RawCase } from "./case.ts";

const websocket = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];

/** RFC 9112, 9: several requests on a connection. RFC 9110, 7.8: upgrades that nobody takes. */
export const connections: readonly RawCase[] = [
  ["two requests", get("/users") + get("/one/1"), "200 200 open"],
  [
    "requests with bodies between them",
    get("/users") + post("abc", "Content-Length: 3") + chunked("0\r\n\r\n") + get("/no"),
    "200 200 200 404 open",
  ],
  ["fifty requests", get("/one/1").repeat(50), `${"200 ".repeat(50)}open`],
  ["an empty line between requests", `${get("/users")}\r\n${get("/users")}`, "200 200 open"],
  ["a slow answer before a fast one", get("/slow") + get("/users"), "200 200 open"],
  ["a malformed request behind a good one", `${get("/users")}nonsense \x01\r\n\r\n`, "200 400|501 closed"],
  ["a malformed request behind a slow answer", `${get("/slow")}\x01\r\n\r\n`, "200 400 closed"],
  ["a malformed request behind two slow answers", `${get("/slow").repeat(2)}\x01\r\n\r\n`, "200 200 400 closed"],
  ["a request without a host behind a good one", get("/users") + head("GET /users HTTP/1.1"), "200 400 closed"],
  ["a good request behind a malformed one", `\x01\r\n\r\n${get("/users")}`, "400 closed"],
  ["a good request behind one without a host", head("GET /users HTTP/1.1") + get("/users"), "400 closed"],
  ["a good request behind a wrong path", get("/%zz") + get("/users"), "400 closed"],
  ["a good request behind two hosts", head("GET /users HTTP/1.1", "Host: a", "Host: b") + get("/users"), "400 closed"],
  [
    "a good request behind an unknown coding",
    post("0\r\n\r\n", "Transfer-Encoding: gzip, chunked") + get("/users"),
    "501 closed",
  ],
  ["a good request behind a broken chunk", chunked("x\r\n") + get("/users"), "400 closed"],
  [
    "a broken chunk of a body nobody reads",
    `${head("POST /nothing HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")}x\r\n`,
    "404 closed",
  ],
  ["a broken chunk behind a slow answer", `${get("/slow")}${chunked("x\r\n")}`, "200 400 closed"],
  ["a request behind Connection: close", get("/users", "Connection: close") + get("/users"), "200 closed"],
  ["nonsense behind Connection: close", `${get("/users", "Connection: close")}\x01\x02`, "200 closed"],
  ["a request behind HTTP/1.0", head("GET /users HTTP/1.0", "Host: a") + get("/users"), "200 closed"],
  ["a request in the body of another", post(get("/users"), "Content-Length: 5") + get("/users"), "200 400|501 closed"],
  [
    "a request behind a body that is not asked for",
    head("POST /nothing HTTP/1.1", "Host: a", "Content-Length: 3", "Expect: 100-continue") + get("/users"),
    "404 closed",
  ],
  ["a WebSocket that nobody takes", get("/users", ...websocket), "200 open"],
  ["a WebSocket where nothing is", get("/nothing", ...websocket), "404 open"],
  ["a WebSocket and another request", get("/users", ...websocket) + get("/one/1"), "200 200 open"],
  ["a WebSocket behind another request", get("/one/1") + get("/users", ...websocket), "200 200 open"],
  [
    "a WebSocket with a body",
    `${head("POST /echo HTTP/1.1", "Host: a", ...websocket, "Content-Length: 3")}abc`,
    "200 open",
  ],
  [
    "a WebSocket with chunks",
    `${head("POST /echo HTTP/1.1", "Host: a", ...websocket, "Transfer-Encoding: chunked")}0\r\n\r\n`,
    "200 open",
  ],
  ["a WebSocket that is closed", get("/users", "Connection: Upgrade, close", "Upgrade: websocket"), "200 closed"],
  ["a WebSocket without a host", head("GET /users HTTP/1.1", ...websocket), "400 closed"],
  ["a WebSocket with two hosts", head("GET /users HTTP/1.1", "Host: a", "Host: b", ...websocket), "400 closed"],
  ["a WebSocket with a wrong path", get("/%zz", ...websocket), "400 closed"],
  [
    "HTTP/2 over an upgrade",
    get("/users", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
    "200 open",
  ],
  ["Upgrade without Connection", get("/users", "Upgrade: websocket"), "200 open"],
  ["Connection without Upgrade", get("/users", "Connection: Upgrade"), "200 open"],
  ["an upgrade of TRACE", head("TRACE /users HTTP/1.1", "Host: a", ...websocket), "405 closed"],
];
