import { describe, expect, it } from "@jest/globals";
import { ask, proxyYaml, startCached, startOrigin, told } from "../test/cache-rig.ts";

const headers = { authorization: "Bearer 0123456789abcdef" };
const cache = '{ purge: { token: "0123456789abcdef" } }';

describe("tags that a source names", () => {
  it.each([
    ["Cache-Tag", "news, sports", "news"],
    ["Cache-Tag", "news,sports", "sports"],
    ["cache-tag", "news sports", "sports"],
    ["Surrogate-Key", "news  sports", "sports"],
    ["Surrogate-Key", "news/1 sports:é", "news/1"],
    ["Cache-Tag", "*", "*"],
  ])("throw away by %s: %s, of which %s is purged", async (name, value, tag) => {
    let count = 0;
    await using origin = await startOrigin((request, response) => {
      count += 1;
      const isTagged = request.url === "/tagged";
      response.writeHead(200, { "cache-control": "max-age=60", ...(isTagged ? { [name]: encoded(value) } : {}) });
      response.end(String(count));
    });
    await using app = await startCached(proxyYaml(origin, { cache }));
    await told(await ask(`${app.url}/tagged`));
    await told(await ask(`${app.url}/other`));

    const purged = await app.fetch(`/_cache?tag=${encodeURIComponent(tag)}`, { method: "DELETE", headers });
    const other = await told(await ask(`${app.url}/other`));
    const tagged = await told(await ask(`${app.url}/tagged`));

    expect(purged.status).toBe(204);
    expect(other).toMatchObject({ body: "2", cache: expect.stringContaining("hit") });
    expect(tagged).toMatchObject({ body: "3", cache: expect.stringContaining("uri-miss") });
  });

  it.each([
    [128, true],
    [129, false],
  ])("have an answer stored that names %d: %p", async (count, isStored) => {
    const tags = Array.from({ length: count }, (_, index) => `t${index}`);
    await using origin = await startOrigin((_request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60", "cache-tag": tags.join(" ") }).end("x");
    });
    await using app = await startCached(proxyYaml(origin, { cache }));
    await told(await ask(`${app.url}/a`));
    const again = await told(await ask(`${app.url}/a`));

    await app.fetch(`/_cache?tag=t${count - 1}`, { method: "DELETE", headers });
    const gone = await told(await ask(`${app.url}/a`));

    expect(again.cache.includes("hit")).toBe(isStored);
    expect(gone.cache).toContain("uri-miss");
  });
});

/** As it stands on the wire. */
function encoded(text: string): string {
  return Buffer.from(text).toString("latin1");
}
