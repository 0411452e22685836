import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ShopEndpoint } from "../../../../test/shop.ts";
import { openShop } from "../../../../test/shop.ts";

const things: ShopEndpoint = { path: "/things", resource: { seed: [{ id: 1 }], persist: "data/things.json" } };
const others: ShopEndpoint = { path: "/others", resource: { seed: [{ id: 1 }], persist: "others.json" } };

describe("a collection that is persisted", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "backworks-persist-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const rows = (): unknown => JSON.parse(readFileSync(join(root, "data/things.json"), "utf8"));

  it("writes nothing before something changed", async () => {
    const shop = await openShop({ things }, { root });
    shop.send("GET /things");
    await shop.close();

    expect(existsSync(join(root, "data/things.json"))).toBe(false);
  });

  it("begins with what it had when it closed", async () => {
    const before = await openShop({ things }, { root });
    before.send("POST /things", { body: { name: "a" } });
    before.send("DELETE /things/1");
    await before.close();
    const after = await openShop({ things }, { root });

    expect(after.send("GET /things").body).toEqual([{ id: 2, name: "a" }]);
    expect(readdirSync(join(root, "data"))).toEqual(["things.json"]);
    await after.close();
  });

  it("writes all of many changes", async () => {
    const shop = await openShop({ things }, { root });
    for (let index = 0; index < 100; index += 1) shop.send("POST /things", { body: {} });

    await shop.close();

    expect(rows()).toHaveLength(101);
  });

  it("keeps an empty collection empty", async () => {
    const before = await openShop({ things }, { root });
    before.send("DELETE /things/1");
    await before.close();
    const after = await openShop({ things }, { root });

    expect(after.send("GET /things").body).toEqual([]);
    await after.close();
  });

  it("goes back to the seeds by a reset, on the disk too", async () => {
    const shop = await openShop({ things }, { root });
    shop.send("POST /things", { body: {} });
    shop.sessions.reset();
    await shop.close();

    expect(rows()).toEqual([{ id: 1 }]);
  });

  it("does not keep what a session of its own wrote", async () => {
    const shop = await openShop({ things }, { root, session: "header:x-session" });
    shop.send("POST /things", { body: { name: "mine" }, headers: { "x-session": "a" } });
    await shop.close();

    expect(existsSync(join(root, "data/things.json"))).toBe(false);
  });

  it("is one collection for two generations that are open at once", async () => {
    const before = await openShop({ things }, { root });
    before.send("POST /things", { body: { by: "before" } });
    const after = await openShop({ things }, { root });
    before.send("POST /things", { body: { by: "before" } });
    after.send("POST /things", { body: { by: "after" } });
    await before.close();
    after.send("POST /things", { body: { by: "after" } });
    await after.close();

    expect(rows()).toEqual([
      { id: 1 },
      { id: 2, by: "before" },
      { id: 3, by: "before" },
      { id: 4, by: "after" },
      { id: 5, by: "after" },
    ]);
  });

  it("loses nothing that an older generation writes after a newer one was opened", async () => {
    const before = await openShop({ things }, { root });
    const after = await openShop({ things }, { root });
    before.send("POST /things", { body: { by: "before" } });
    after.send("POST /things", { body: { by: "after" } });
    await before.close();
    await after.close();

    expect(rows()).toEqual([{ id: 1 }, { id: 2, by: "before" }, { id: 3, by: "after" }]);
  });

  it.each([
    ["[", "BW_FILE_SYNTAX"],
    ["{}", "BW_CONFIG_WRONG_VALUE"],
    ['[{"id": "x"}]', "BW_CONFIG_WRONG_VALUE"],
  ])("is refused at load when the file holds %s", async (text, code) => {
    writeFileSync(join(root, "others.json"), text);

    await expect(openShop({ others }, { root })).rejects.toMatchObject({ errors: [{ code }] });
    expect(readFileSync(join(root, "others.json"), "utf8")).toBe(text);
  });
});
