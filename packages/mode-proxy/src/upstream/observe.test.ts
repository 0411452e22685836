import { definePlugin, provideService, upstreamObserverService } from "@backworks/core";
import type { PluginDefinition, UpstreamAttempt } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import { createRecordingLogger } from "../../test/recording-logger.ts";
import { upstreamExtension } from "./extension.ts";

const told: string[] = [];

/** A plugin that watches upstreams and also extends them. */
function watching(attempted: (attempt: UpstreamAttempt) => void): PluginDefinition {
  told.length = 0;
  const extension = { report: (upstream: string) => void told.push(upstream) };
  return definePlugin({
    name: "watching",
    version: "1.0.0",
    initialize: () => ({
      contributes: {
        services: [
          provideService(upstreamObserverService, { attempted }),
          provideService(upstreamExtension, extension),
        ],
      },
    }),
  });
}

const yaml = (target: string): string => `name: x
plugins: { watching: {} }
upstreams: { u: { targets: [{ name: one, url: "${target}" }] } }
endpoints: { x: { path: /x, proxy: { upstream: u } } }
`;

describe("a plugin that watches upstreams", () => {
  it("is told of every attempt, beside an extension", async () => {
    await using server = await startServer((response) => sendJson(response, 201, "one"));
    const attempts: UpstreamAttempt[] = [];
    await using app = await startProxy(yaml(server.url), {
      plugins: [watching((attempt) => void attempts.push(attempt))],
    });

    await app.fetch("/x");

    expect(attempts).toEqual([
      {
        upstream: "u",
        target: "one",
        method: "GET",
        outcome: { kind: "answered", status: 201, ms: expect.any(Number) },
      },
    ]);
    expect(told).toEqual(["u"]);
  });

  it("is told why no answer came", async () => {
    const attempts: UpstreamAttempt[] = [];
    await using app = await startProxy(yaml("http://127.0.0.1:1"), {
      plugins: [watching((attempt) => void attempts.push(attempt))],
    });

    expect((await app.fetch("/x")).status).toBe(502);
    expect(attempts[0]).toMatchObject({ outcome: { kind: "failed", failure: "connect" } });
  });

  it.each([
    ["breaks off", "half", "reset"],
    ["does not end", "endless", "timeout"],
    ["cannot be sent", "nobody", "connect"],
  ])("is told once of a copy whose answer %s", async (_, where, failure) => {
    await using main = await startServer((response) => sendJson(response, 200, "one"));
    await using half = await startServer((response) => {
      response.writeHead(200, { "content-length": 10 }).write("half", () => response.destroy());
    });
    await using endless = await startServer((response) => {
      response.writeHead(200, { "content-length": 10 }).write("half");
    });
    const copies = { half: half.url, endless: endless.url }[where] ?? "http://127.0.0.1:1";
    const attempts: UpstreamAttempt[] = [];
    const mirrored = yaml(main.url).replace(
      "upstream: u }",
      `upstream: u, mirror: { target: "${copies}", timeout: 500ms } }`,
    );
    await using app = await startProxy(mirrored, { plugins: [watching((attempt) => void attempts.push(attempt))] });

    await (await app.fetch("/x")).text();
    await until(app, () => attempts.length > 1);
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(attempts.filter(({ upstream }) => upstream !== "u").map(({ outcome }) => outcome)).toEqual([
      { kind: "failed", failure },
    ]);
  });

  it("does not harm requests when it fails, which is told once", async () => {
    await using server = await startServer((response) => sendJson(response, 200, "one"));
    const lines: string[] = [];
    const plugins = [
      watching(() => {
        throw new Error("no");
      }),
    ];
    await using app = await startProxy(yaml(server.url), { plugins, logger: createRecordingLogger(lines) });

    expect([(await app.fetch("/x")).status, (await app.fetch("/x")).status]).toEqual([200, 200]);
    expect(lines.filter((line) => line.includes("failed in report"))).toHaveLength(1);
  });
});
