import { Transform, pipeline } from "node:stream";
import { changeRequest, definePlugin, toReadable } from "@backworks/core";
import type { PluginDefinition, PluginInstance } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { startProxy, startServer } from "../test/proxy-rig.ts";

const yaml = (target: string): string => `name: x
plugins: { changing: {} }
endpoints: { x: { path: /x, methods: [GET, POST], proxy: { target: "${target}" } } }
`;

function changing(instance: PluginInstance): PluginDefinition {
  return definePlugin({ name: "changing", version: "1.0.0", initialize: () => instance });
}

const sent = { method: "POST", body: '{"n":1}', headers: { "content-type": "application/json", "x-user": "eve" } };

describe("what a plugin changes", () => {
  it.each<[string, PluginInstance]>([
    ["comes as a stream", {}],
    ["was read", { beforeRequest: { needs: { requestBody: true }, run() {} } }],
  ])("of a request whose body %s is what the upstream gets", async (_how, more) => {
    await using server = await startServer();
    const plugins = [
      changing({
        ...more,
        around: (exchange, next) =>
          next(changeRequest(exchange, { headers: { "X-User": "ada" }, search: "page=2", body: { n: "twenty" } })),
      }),
    ];
    await using app = await startProxy(yaml(server.url), { plugins });

    const answer = await app.fetch("/x?page=1", sent);

    expect(answer.status).toBe(200);
    expect(server.seen).toMatchObject([{ method: "POST", url: "/x?page=2", body: '{"n":"twenty"}' }]);
    expect(server.seen[0]?.headers).toMatchObject({
      "x-user": "ada",
      "content-type": "application/json",
      "content-length": "14",
    });
  });

  it("of header fields leaves the body as it comes", async () => {
    await using server = await startServer();
    const plugins = [
      changing({ around: (exchange, next) => next(changeRequest(exchange, { headers: { "x-user": undefined } })) }),
    ];
    await using app = await startProxy(yaml(server.url), { plugins });

    await app.fetch("/x", sent);

    expect(server.seen[0]?.body).toBe('{"n":1}');
    expect(server.seen[0]?.headers).not.toHaveProperty("x-user");
  });

  it("of a response that streams has a length of its own", async () => {
    await using server = await startServer((response) => {
      response.writeHead(200, { "content-length": "5", "content-type": "text/plain" });
      response.end("hello");
    });
    const plugins = [
      changing({
        afterResponse({ response }) {
          const twice = new Transform({ transform: (chunk, _coding, done) => done(null, `${chunk}${chunk}`) });
          response.body = pipeline(toReadable(response.body), twice, () => {});
        },
      }),
    ];
    await using app = await startProxy(yaml(server.url), { plugins });

    const answers = [await app.fetch("/x"), await app.fetch("/x")];

    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(["hellohello", "hellohello"]);
    expect(answers[0]?.headers.has("content-length")).toBe(false);
  });
});
