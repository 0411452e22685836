import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "@backworks/core";
import { startApp } from "@backworks/core/testing";
import type { StartedApp } from "@backworks/core/testing";
import responseTime from "./index.ts";

const yaml = `name: test
endpoints:
  fast: { path: /fast, mock: { body: 1 } }
  slow: { path: /slow, mock: { body: 1 }, response-time: { slow_ms: 10 } }
`;

/** Takes 40 ms of the fake clock at the endpoint that is slow. */
const wait = definePlugin({
  name: "wait",
  version: "1.0.0",
  initialize: ({ scheduler }) => ({
    beforeRequest: {
      when: { endpoints: ["slow"] },
      run: async () => new Promise<void>((resolve) => void scheduler.after(40, resolve)),
    },
  }),
});

async function start(options = "{}"): Promise<StartedApp> {
  return startApp({
    yaml: `${yaml}plugins:\n  response-time: ${options}\n  wait: {}\n`,
    plugins: [responseTime, wait],
  });
}

/** Asks while the fake clock goes on. */
async function ask(app: StartedApp, path: string): Promise<Response> {
  const answer = app.fetch(path);
  const arrives = answer.then(() => true);
  let isThere: boolean;
  do isThere = await Promise.race([arrives, app.clock.advance(1).then(() => false)]);
  while (!isThere);
  return answer;
}

describe("plugin-response-time", () => {
  it("writes the time in milliseconds", async () => {
    await using app = await start();

    expect((await ask(app, "/slow")).headers.get("x-response-time")).toBe("40.0");
  });

  it("takes the header and the digits from its options", async () => {
    await using app = await start("{ header: x-took, digits: 0 }");

    expect((await app.fetch("/fast")).headers.get("x-took")).toBe("0");
  });

  it("counts responses that took longer than the endpoint allows", async () => {
    await using app = await start("{ slow_ms: 1000 }");
    await ask(app, "/slow");
    await app.fetch("/fast");

    const numbers = await app.plugins.metrics();

    expect(numbers["response-time"]?.own).toEqual({ responses: 2, slow: 1 });
  });

  it("takes other options in place, and keeps its numbers", async () => {
    await using app = await start();
    await app.fetch("/fast");

    await app.plugins.hotReload("response-time", { header: "x-took", digits: 2 });

    expect((await app.fetch("/fast")).headers.get("x-took")).toBe("0.00");
    expect((await app.plugins.metrics())["response-time"]?.own).toEqual({ responses: 2, slow: 0 });
  });

  it.each(["{ digits: 4 }", "{ header: X Y }", "{ heder: x }"])("refuses the options %s", async (options) => {
    await expect(start(options)).rejects.toMatchObject({ code: "BW_CONFIG_INVALID" });
  });
});
