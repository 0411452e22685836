import { describe, expect, it } from "@jest/globals";
import { counting, proxyYaml, startCached, startOrigin, told } from "../test/cache-rig.ts";

describe("a cached answer", () => {
  it("is used as long as it is fresh, and asked for again when it is not", async () => {
    await using origin = await startOrigin(counting({ "cache-control": "max-age=10" }));
    await using app = await startCached(proxyYaml(origin));

    const first = await told(await app.fetch("/a"));
    await app.clock.advance(4000);
    const second = await told(await app.fetch("/a"));
    await app.clock.advance(7000);
    const third = await told(await app.fetch("/a"));

    expect(first).toMatchObject({ body: "1", cache: "Backworks; fwd=uri-miss; fwd-status=200; stored" });
    expect(second).toMatchObject({ body: "1", age: "4", cache: "Backworks; hit; ttl=6" });
    expect(third).toMatchObject({ body: "2" });
  });
});
