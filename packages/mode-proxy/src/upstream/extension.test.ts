import { definePlugin, provideService } from "@backworks/core";
import type { PluginDefinition } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { abandoned, sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import type { TestServer } from "../../test/proxy-rig.ts";
import { createRecordingLogger } from "../../test/recording-logger.ts";
import { upstreamExtension } from "./extension.ts";
import type { FoundTarget, UpstreamExtension } from "./extension.ts";

/** A plugin that offers an extension, as a third party would. */
function pluginWith(extension: UpstreamExtension): PluginDefinition {
  return definePlugin({
    name: "scaling",
    version: "1.0.0",
    initialize: () => ({ contributes: { services: [provideService(upstreamExtension, extension)] } }),
  });
}

function named(name: string): Promise<TestServer> {
  return startServer((response) => sendJson(response, 200, name));
}

const yamlFor = (targets: readonly TestServer[], keys = ""): string => `name: x
plugins: { scaling: {} }
upstreams: { u: { targets: [${targets.map(({ url }) => `"${url}"`).join(", ")}]${keys} } }
endpoints: { x: { path: /x, proxy: { upstream: u } } }
`;

async function answersOf(app: { fetch(path: string): Promise<Response> }, times: number): Promise<string> {
  let text = "";
  for (let time = 0; time < times; time += 1) text += String(await (await app.fetch("/x")).json());
  return text;
}

describe("a plugin that extends upstreams", () => {
  it("brings a balancer, and hears how attempts ended", async () => {
    await using a = await named("a");
    await using b = await named("b");
    const heard: string[] = [];
    const extension: UpstreamExtension = {
      balancers: {
        last: () => ({
          pick: (candidates) => candidates.at(-1) as (typeof candidates)[number],
          report: (target, outcome) => void heard.push(`${target.name === b.url ? "b" : "?"} ${outcome.kind}`),
        }),
      },
    };
    await using app = await startProxy(yamlFor([a, b], ", load_balancing: { algorithm: last }"), {
      plugins: [pluginWith(extension)],
    });

    expect(await answersOf(app, 3)).toBe("bbb");
    expect(heard).toEqual(["b answered", "b answered", "b answered"]);
  });

  it("keeps requests from a target as a breaker does", async () => {
    await using a = await named("a");
    await using b = await named("b");
    const open = new Set([a.url]);
    const extension: UpstreamExtension = { admit: (_upstream, target) => !open.has(target) };
    await using app = await startProxy(yamlFor([a, b]), { plugins: [pluginWith(extension)] });

    const before = await answersOf(app, 3);
    open.clear();

    expect([before, await answersOf(app, 2)]).toEqual(["bbb", "ab"]);
  });

  it("finds targets, of which requests take notice at once", async () => {
    await using a = await named("a");
    await using b = await named("b");
    let update: ((targets: readonly FoundTarget[]) => void) | undefined;
    let isOver = false;
    const extension: UpstreamExtension = {
      discover(_upstream, tell) {
        update = tell;
        return () => (isOver = true);
      },
    };
    const app = await startProxy(yamlFor([a]), { plugins: [pluginWith(extension)] });

    const before = await answersOf(app, 2);
    update?.([{ url: b.url, name: "found" }, { url: "nowhere" }]);
    const after = await answersOf(app, 2);
    await app.close();

    expect([before, after, isOver]).toEqual(["aa", "bb", true]);
  });

  it("that fails does not make requests fail", async () => {
    await using a = await named("a");
    await using b = await named("b");
    const fail = (): never => {
      throw new Error("not my day");
    };
    const extension: UpstreamExtension = {
      admit: fail,
      report: fail,
      discover: fail,
      balancers: {
        failing: () => ({ pick: fail, report: fail }),
        lost: () => ({ pick: () => ({ name: "nobody", weight: 1, inFlight: 0 }) }),
      },
    };
    for (const algorithm of ["failing", "lost"]) {
      const lines: string[] = [];
      await using app = await startProxy(yamlFor([a, b], `, load_balancing: { algorithm: ${algorithm} }`), {
        plugins: [pluginWith(extension)],
        logger: createRecordingLogger(lines),
      });

      expect(await answersOf(app, 4)).toBe("abab");
      expect(lines.filter((line) => line.includes("failed in pick"))).toHaveLength(1);
    }
  });

  it("has targets that are no longer found let go of", async () => {
    await using a = await named("a");
    await using b = await named("b");
    let update: ((targets: readonly FoundTarget[]) => void) | undefined;
    const extension: UpstreamExtension = { discover: (_upstream, tell) => void (update = tell) };
    await using app = await startProxy(yamlFor([a], ", keep_alive: 1h"), { plugins: [pluginWith(extension)] });
    await answersOf(app, 1);
    const before = await a.connections();

    update?.([{ url: b.url }]);
    await answersOf(app, 1);
    await abandoned(a, app);

    expect(before).toBe(1);
  });

  it("does not have to be there", async () => {
    await using a = await named("a");
    await using app = await startProxy(yamlFor([a]).replace("plugins: { scaling: {} }\n", ""));

    await until(app, () => true);

    expect(await answersOf(app, 1)).toBe("a");
  });
});
