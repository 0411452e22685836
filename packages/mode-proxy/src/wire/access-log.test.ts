import { describe, expect, it } from "@jest/globals";
import { freePort } from "../../../../scripts/free-port.js";
import { createRecordingLogger } from "../../test/recording-logger.ts";
import { startProxy, startServer } from "../../test/proxy-rig.ts";

describe("the access log", () => {
  it("names the server that was asked last, whether or not it answered", async () => {
    await using server = await startServer();
    const [lines, port] = [[] as string[], await freePort()];
    const yaml = `name: x
upstreams:
  users: { targets: [{ name: down, url: "http://127.0.0.1:${port}" }, { name: up, url: "${server.url}" }] }
endpoints:
  again: { path: /again, proxy: { upstream: users, retries: 1 } }
  down: { path: /down, proxy: "http://127.0.0.1:${port}" }
  hybrid: { path: /hybrid, mode: hybrid, hybrid: { handle: { GET: proxy } }, proxy: "${server.url}" }
  parts: { path: /parts, proxy: { compose: { a: { target: "${server.url}", path: /a } } } }
  mock: { path: /mock, mock: { body: x } }
`;
    await using app = await startProxy(yaml, { logger: createRecordingLogger(lines) });
    const serverOf = async (path: string): Promise<unknown> => {
      await (await app.fetch(path)).text();
      const line = lines.findLast((each) => each.startsWith("request ")) ?? "";
      const { endpoint, upstream, target } = JSON.parse(line.slice("request ".length)) as Record<string, unknown>;
      return [endpoint, upstream, target];
    };

    expect(await serverOf("/again")).toEqual(["again", "users", "up"]);
    expect(await serverOf("/down")).toEqual(["down", "down", `http://127.0.0.1:${port}`]);
    expect(await serverOf("/hybrid")).toEqual(["hybrid", "hybrid", server.url]);
    expect(await serverOf("/parts")).toEqual(["parts", undefined, undefined]);
    expect(await serverOf("/mock")).toEqual(["mock", undefined, undefined]);
  });
});
