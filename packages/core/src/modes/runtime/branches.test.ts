import { describe, expect, it } from "@jest/globals";
import { systemClock, systemScheduler } from "../../clock.ts";
import { startApp } from "../../server/start-app.ts";

describe("a handler as a branch of hybrid mode", () => {
  const handler = `module.exports = async (request) => {
    if (request.query.hang) await new Promise(() => {});
    if (request.query.end) process.exit(1);
    if (request.query.throw) throw new Error("no");
    if (request.query.missing) return require("node:fs").createReadStream("/nowhere");
    if (request.query.none) return require("node:stream").Readable.from([]);
    if (request.query.parts) return { headers: { "content-type": "application/json" }, body: (function* () { yield '{"from":'; yield '"parts"}'; })() };
    return { from: "runtime" };
  };`;
  const endpoint = {
    path: "/",
    methods: ["GET", "POST"],
    mode: "hybrid",
    hybrid: { handle: { GET: "runtime", POST: "mock" }, fallback: [{ on: ["timeout", "5xx", "empty"], use: "mock" }] },
    runtime: { handler: "./h.cjs", timeout: "300ms" },
    mock: { body: { from: "mock" } },
  };

  it.each([
    ["GET", "/", "runtime"],
    ["POST", "/", "mock"],
    ["GET", "/?hang=1", "mock"],
    ["GET", "/?throw=1", "mock"],
    ["GET", "/?end=1", "mock"],
    ["GET", "/?missing=1", "mock"],
    ["GET", "/?none=1", "mock"],
    ["GET", "/?parts=1", "parts"],
  ])("%s %s is answered by %s", async (method, path, from) => {
    await using app = await startApp({
      yaml: JSON.stringify({ name: "hybrid", endpoints: { one: endpoint } }),
      files: { "h.cjs": handler },
      clock: systemClock,
      scheduler: systemScheduler,
    });

    expect(await (await app.fetch(path, { method })).json()).toEqual({ from });
  });
});
