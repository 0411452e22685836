import { serve } from "@backworks/core";
import type { ServeOptions } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { formatBanner } from "./banner.ts";
import { createPaint } from "./paint.ts";

const endpoints = {
  one: { path: "/one/{id:uuid}", mock: { data: 1 } },
  two: { path: "/two", method: "POST", mock: { data: 1 } },
  three: { path: "/three/{last_name}", mock: { data: 1 } },
  four: { path: "/für", mock: { data: 1 } },
};

async function banner(
  keys: string | undefined,
  takenPort?: number,
  rateLimit?: ServeOptions["rateLimit"],
): Promise<string> {
  const plugin = { name: "p", version: "1.0.0", initialize: () => undefined };
  await using running = await serve({
    config: {
      name: "shop",
      version: "2",
      server: { base_path: "/v1" },
      logging: { enabled: false },
      endpoints,
      plugins: { p: {} },
    },
    plugins: [plugin],
    port: 0,
    rateLimit,
  });
  const text = await formatBanner({ running, takenPort, reload: "on save", keys }, createPaint(false));
  return text
    .replaceAll(running.url, "URL")
    .replace(/\(\d+ ms\)/, "(N ms)")
    .replace(/backworks \S+/, "backworks V");
}

describe("formatBanner", () => {
  it("says what serves, and requests that work, in at most twelve lines", async () => {
    const text = await banner("r reload", 8080);

    expect(text.split("\n").length).toBeLessThanOrEqual(12);
    expect(text).toBe(`
  shop 2 backworks V

  Serving    URL  (port 8080 is taken)
  Endpoints  4 mock
  Plugins    p 1.0.0 (N ms)
  Reload     on save
  Try        curl URL/v1/f%C3%BCr
             curl URL/v1/one/00000000-0000-4000-8000-000000000001

  r reload
`);
  });

  it("has room for a third request without keys", async () => {
    const text = await banner(undefined);

    expect(text.split("\n").length).toBeLessThanOrEqual(12);
    expect(text).toContain("curl URL/v1/three/Ada\n");
  });

  it("says how often a client may ask", async () => {
    const text = await banner(undefined, undefined, { requestsPerMinute: 6000, burst: 200 });

    expect(text.split("\n").length).toBeLessThanOrEqual(12);
    expect(text).toContain("  Limit      6000 requests a minute, 200 at once, each client (rate_limit)\n");
  });
});
