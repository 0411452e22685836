import { definePlugin, provideService } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { startProxy, startServer, until } from "../../test/proxy-rig.ts";
import type { BalancedTarget } from "./balancer.ts";
import { upstreamExtension } from "./extension.ts";

/** Fails, hangs, breaks off or answers, by the number in the path. */
const fates = ["ok", "503", "reset", "hang", "half", "slow"] as const;

describe("what is under way at a target", () => {
  it("is nothing when all is over, whatever became of the requests", async () => {
    const known = new Set<BalancedTarget>();
    const watching = definePlugin({
      name: "watching",
      version: "1.0.0",
      initialize: () => ({
        contributes: {
          services: [
            provideService(upstreamExtension, {
              balancers: {
                watching: ({ random }) => ({
                  pick(candidates) {
                    for (const candidate of candidates) known.add(candidate);
                    return candidates[Math.floor(random() * candidates.length)] as BalancedTarget;
                  },
                }),
              },
            }),
          ],
        },
      }),
    });
    const fateOf = (url: string): (typeof fates)[number] => fates[Number(url.split("/").at(-1)) % fates.length] ?? "ok";
    await using one = await startServer((response, { url }) => {
      const fate = fateOf(url);
      if (fate === "reset") response.destroy();
      else if (fate === "503") response.writeHead(503).end("busy");
      else if (fate === "half")
        response.writeHead(200, { "content-length": 10 }).write("half", () => response.destroy());
      else if (fate === "slow") setTimeout(() => response.end("slow"), 30);
      else if (fate === "ok") response.end("ok");
    });
    const yaml = `name: x
plugins: { watching: {} }
upstreams: { u: { targets: [{ name: a, url: "${one.url}" }, { name: b, url: "${one.url}/b" }], load_balancing: { algorithm: watching } } }
endpoints: { x: { path: /x/*, proxy: { upstream: u, retries: { attempts: 1, backoff: { base: 0, max: 0 } }, mirror: { upstream: u, percent: 20, timeout: 50ms } } } }
`;
    await using app = await startProxy(yaml, { plugins: [watching] });

    const leaving = new AbortController();
    const total = 120;
    let open = 0;
    for (let number = 0; number < total; number += 1) {
      open += 1;
      const init = number % 3 === 0 ? { method: "POST", body: "x".repeat(2000) } : {};
      app
        .fetch(`/x/${number}`, { ...init, signal: leaving.signal })
        .then((response) => response.text())
        .catch(() => {})
        .finally(() => (open -= 1))
        .catch(() => {});
    }
    await until(app, () => open <= total / fates.length, 1);
    leaving.abort();
    await until(app, () => open === 0, 1);
    await until(app, () => [...known].every(({ inFlight }) => inFlight === 0), 10);

    expect(Object.fromEntries([...known].map(({ name, inFlight }) => [name, inFlight]))).toEqual({ a: 0, b: 0 });
  });
});
