import { serve } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { freePort } from "../../../../scripts/free-port.js";
import { firstOf, startProxy, startServer } from "../../test/proxy-rig.ts";
import { createRecordingLogger } from "../../test/recording-logger.ts";
import { head, talk } from "../../test/wire-rig.ts";
import { proxy } from "../mode.ts";

const nowhere = "http://127.0.0.1:9";

function yamlFor(...targets: readonly (readonly [path: string, target: string])[]): string {
  const endpoints = targets.map(([path, target], index) => `  e${index}: { path: "${path}", proxy: ${target} }\n`);
  return `name: x\nendpoints:\n${endpoints.join("")}`;
}

/** Two servers of which each may lead to the other. */
async function startTwo(): Promise<
  readonly [Awaited<ReturnType<typeof startProxy>>, Awaited<ReturnType<typeof startProxy>>]
> {
  return [await startProxy(yamlFor(["/*", nowhere])), await startProxy(yamlFor(["/*", nowhere]))];
}

describe("a request that goes round", () => {
  it("is refused when a server leads to itself", async () => {
    await using app = await startProxy(yamlFor(["/*", nowhere]));
    app.write("backworks.yaml", yamlFor(["/*", app.url]));
    await app.reload();

    const response = await app.fetch("/x");

    expect([response.status, await response.json()]).toMatchObject([508, { code: "BW_PROXY_LOOP" }]);
  });

  it("is refused when two servers lead to each other, requests for an upgrade too", async () => {
    const [one, other] = await startTwo();
    one.write("backworks.yaml", yamlFor(["/*", other.url]));
    other.write("backworks.yaml", yamlFor(["/*", one.url]));
    await Promise.all([one.reload(), other.reload()]);

    const plain = await one.fetch("/x");
    const upgrade = head("GET", "/x", ["upgrade: test"]).replace("connection: close", "connection: upgrade, close");
    const answer = await talk(one.port, upgrade);
    await Promise.all([one.close(), other.close()]);

    expect([plain.status, await plain.json()]).toMatchObject([508, { code: "BW_PROXY_LOOP" }]);
    expect(answer).toMatch(/^HTTP\/1.1 508 .*BW_PROXY_LOOP/s);
  });

  it("is another one than one that passes several endpoints, or servers", async () => {
    await using server = await startServer();
    const [one, other] = await startTwo();
    one.write("backworks.yaml", yamlFor(["/first/*", one.url + "/second"], ["/second/*", other.url]));
    other.write("backworks.yaml", yamlFor(["/*", server.url]));
    await Promise.all([one.reload(), other.reload()]);

    const response = await one.fetch("/first/x");
    await Promise.all([one.close(), other.close()]);

    expect(response.status).toBe(200);
    expect(firstOf(server).url).toBe("/second/first/x");
    expect(firstOf(server).headers.via).toMatch(/^1\.1 backworks-[\w-]{10}(?:, 1\.1 backworks-[\w-]{10}){2}$/);
    expect(response.headers.get("via")).toBe("1.1 backworks, 1.1 backworks, 1.1 backworks");
  });
});

describe("a target that is this server itself", () => {
  it.each([
    ["0.0.0.0", "localhost", true],
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "127.0.0.2", false],
  ])("is told as the configuration is loaded: listening at %s, asking %s", async (host, asked, isTold) => {
    const lines: string[] = [];
    const port = await freePort();
    const text = yamlFor(["/*", `http://${asked}:${port}`]);
    await using app = await serve({ text, port, host, env: {}, modes: [proxy], logger: createRecordingLogger(lines) });

    expect(app.port).toBe(port);
    expect(lines.some((line) => line.includes("is this server itself"))).toBe(isTold);
  });
});
