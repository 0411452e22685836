import { describe, expect, it } from "@jest/globals";
import { startApp } from "../../server/start-app.ts";

describe("health of handlers", () => {
  it("is degraded while one is being restarted, and the server stays ready", async () => {
    const handler = "module.exports = (request) => { if (request.query.end) process.exit(1); return 'x'; };";
    await using app = await startApp({
      yaml: JSON.stringify({
        name: "health",
        endpoints: { one: { path: "/one", runtime: "./h.cjs" } },
      }),
      files: { "h.cjs": handler },
    });
    const before: unknown = await (await app.fetch("/health")).json();

    // The second end in a row waits for a clock that stands still.
    await app.fetch("/one?end=1");
    await app.fetch("/one");
    await app.fetch("/one?end=1");
    const after: unknown = await (await app.fetch("/health")).json();

    expect(JSON.stringify(before)).not.toContain("degraded");
    expect(JSON.stringify(after)).toContain("handlers are being restarted: one");
    expect((await app.fetch("/ready")).status).toBe(200);
  });
});
