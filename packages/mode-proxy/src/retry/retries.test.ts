import { describe, expect, it } from "@jest/globals";
import { freePort } from "../../../../scripts/free-port.js";
import { sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import type { Answer, TestServer } from "../../test/proxy-rig.ts";

/** Answers with these statuses in turn, the last one for ever. */
function statuses(...codes: readonly number[]): Answer {
  let asked = 0;
  return (response) => {
    const status = codes[Math.min(asked, codes.length - 1)] ?? 200;
    asked += 1;
    sendJson(response, status, { asked });
  };
}

function yamlFor(server: TestServer | string, retries: string): string {
  const url = typeof server === "string" ? server : server.url;
  return `name: x\nendpoints: { x: { path: /x, proxy: { target: "${url}", retries: ${retries} } } }\n`;
}

const quick = "backoff: { base: 0, max: 0 }";

describe("retries", () => {
  it.each([
    ["a GET is sent again after a 503", "GET", [503, 200], 200, 2],
    ["so many times and no more", "GET", [503, 503, 503, 200], 503, 3],
    ["a PUT is sent again with its body", "PUT", [502, 200], 200, 2],
    ["a POST is sent once", "POST", [503, 200], 503, 1],
    ["a 500 counts as an answer", "GET", [500, 200], 500, 1],
    ["a 404 counts as an answer", "GET", [404, 200], 404, 1],
  ])("%s", async (...[_what, method, codes, status, times]) => {
    await using server = await startServer(statuses(...codes));
    await using app = await startProxy(yamlFor(server, `{ attempts: 2, ${quick} }`));

    const asked = app.fetch("/x", { method, ...(["PUT", "POST"].includes(method) && { body: "content" }) });
    let response: Response | undefined;
    asked.then((answer) => (response = answer)).catch(() => {});
    await until(app, () => response !== undefined);

    expect(response?.status).toBe(status);
    expect(server.seen).toHaveLength(times);
    expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1);
  });

  it("goes to another target", async () => {
    await using good = await startServer();
    const port = await freePort();
    const yaml = `name: x
endpoints: { x: { path: /x, proxy: { targets: ["http://127.0.0.1:${port}", "${good.url}"], retries: { attempts: 1, ${quick} } } } }
`;
    await using app = await startProxy(yaml);

    const codes: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      app.fetch("/x").then(
        ({ status }) => codes.push(status),
        () => codes.push(0),
      );
      await until(app, () => codes.length > time);
    }

    expect(codes).toEqual([200, 200, 200, 200]);
  });

  it("gives each attempt its own time", async () => {
    let asked = 0;
    await using server = await startServer((response) => {
      asked += 1;
      // The first never answers.
      if (asked > 1) response.end("late but there");
    });
    await using app = await startProxy(yamlFor(server, `{ attempts: 1, per_try_timeout: 200ms, ${quick} }`));
    let response: Response | undefined;
    app
      .fetch("/x")
      .then((answer) => (response = answer))
      .catch(() => {});
    await until(app, () => asked > 0, 0);

    await app.clock.advance(200);
    await until(app, () => response !== undefined);

    expect(response?.status).toBe(200);
    expect(asked).toBe(2);
  });

  it("stops when the budget is spent", async () => {
    await using server = await startServer(statuses(503));
    await using app = await startProxy(yamlFor(server, `{ attempts: 3, ${quick}, budget: { percent: 0, min: 2 } }`));

    const codes: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      app
        .fetch("/x")
        .then(({ status }) => codes.push(status))
        .catch(() => {});
      await until(app, () => codes.length > time, 0);
    }

    expect(codes).toEqual([503, 503, 503]);
    expect(server.seen).toHaveLength(5);
  });

  it("takes a number alone", async () => {
    await using server = await startServer(statuses(503, 503, 503, 200));
    await using app = await startProxy(yamlFor(server, "3"));
    let status = 0;
    app
      .fetch("/x")
      .then((response) => (status = response.status))
      .catch(() => {});

    await until(app, () => status !== 0, 50);

    expect(status).toBe(200);
  });
});
