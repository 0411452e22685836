import { describe, expect, it } from "@jest/globals";
import { startProxy, startServer } from "../../test/proxy-rig.ts";

describe("proxy mode", () => {
  it("forwards to the URL of an endpoint", async () => {
    await using server = await startServer();
    await using app = await startProxy(`name: x\nendpoints:\n  a: { path: /a/*, proxy: "${server.url}" }\n`);

    const response = await app.fetch("/a/b?c=1", { method: "POST", body: "hi" });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ method: "POST", url: "/a/b?c=1", body: "hi" });
  });
});
