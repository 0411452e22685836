import { describe, expect, it } from "@jest/globals";
import { freePort } from "../../../../scripts/free-port.js";
import { sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";

function yamlFor(main: string, mirror: string, keys = ""): string {
  return `name: x\nendpoints:\n  a: { path: /a/*, proxy: { target: "${main}", strip_prefix: /a, mirror: { target: "${mirror}"${keys} } } }\n`;
}

describe("a mirror", () => {
  it("gets a copy of every request, its body too", async () => {
    await using main = await startServer();
    await using copy = await startServer();
    await using app = await startProxy(yamlFor(main.url, `${copy.url}/shadow`));

    const response = await app.fetch("/a/b?c=1", { method: "POST", headers: { "x-a": "1" }, body: "content" });
    await until(app, () => copy.seen.length > 0, 0);

    expect(await response.json()).toMatchObject({ url: "/b?c=1", body: "content" });
    expect(copy.seen[0]).toMatchObject({
      method: "POST",
      url: "/shadow/b?c=1",
      body: "content",
      headers: { "x-a": "1" },
    });
    expect(copy.seen[0]?.headers.host).toBe(new URL(copy.url).host);
  });

  it("gets its share", async () => {
    await using main = await startServer();
    await using copy = await startServer();
    await using app = await startProxy(yamlFor(main.url, copy.url, ", percent: 25%"), { seed: 4 });

    for (let time = 0; time < 80; time += 1) await (await app.fetch("/a/b")).text();
    await until(app, () => copy.seen.length >= 5, 0);

    expect(copy.seen.length).toBeGreaterThan(8);
    expect(copy.seen.length).toBeLessThan(35);
  });

  it("of 0 percent gets nothing", async () => {
    await using main = await startServer();
    await using copy = await startServer();
    await using app = await startProxy(yamlFor(main.url, copy.url, ", percent: 0"));

    await (await app.fetch("/a/b")).text();

    expect(copy.seen).toEqual([]);
  });

  it("that is down, hangs or fails changes nothing for the client", async () => {
    await using main = await startServer();
    const port = await freePort();
    await using hanging = await startServer(() => {});
    await using failing = await startServer((response) => response.destroy());
    for (const url of [`http://127.0.0.1:${port}`, hanging.url, failing.url]) {
      await using app = await startProxy(yamlFor(main.url, url));

      const response = await app.fetch("/a/b", { method: "PUT", body: "x" });

      expect([response.status, ((await response.json()) as { body: string }).body]).toEqual([200, "x"]);
    }
  });

  it("gets no larger bodies than it may, which the upstream gets all the same", async () => {
    await using main = await startServer((response, { body }) => sendJson(response, 200, body.length));
    await using copy = await startServer();
    await using app = await startProxy(yamlFor(main.url, copy.url, ", max_body: 1KB"));

    const large = await app.fetch("/a/b", { method: "POST", body: "x".repeat(100_000) });
    const small = await app.fetch("/a/b", { method: "POST", body: "x".repeat(1000) });
    await until(app, () => copy.seen.length > 0, 0);

    expect([await large.json(), await small.json()]).toEqual([100_000, 1000]);
    expect(copy.seen.map(({ body }) => body.length)).toEqual([1000]);
  });

  it("has so many under way at once, and gives up those that take too long", async () => {
    await using main = await startServer();
    await using copy = await startServer(() => {});
    await using app = await startProxy(yamlFor(main.url, copy.url, ", max_concurrent: 2, timeout: 5s"));

    for (let time = 0; time < 5; time += 1) await (await app.fetch("/a/b")).text();
    await until(app, () => copy.seen.length === 2, 0);
    const first = copy.seen.length;
    await app.clock.advance(5000);
    await until(app, () => true);
    await (await app.fetch("/a/b")).text();
    await until(app, () => copy.seen.length > first, 0);

    expect([first, copy.seen.length]).toEqual([2, 3]);
  });
});
