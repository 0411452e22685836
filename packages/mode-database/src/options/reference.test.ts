import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { listSections, unexplainedKeys, writeReference } from "../../test/options-reference.ts";

const page = join(import.meta.dirname, "../../../../docs/reference/database.md");

describe("the reference of database mode", () => {
  it("says what the schemas say; node scripts/write-reference.js writes it anew", async () => {
    const text = await writeReference();

    if (process.env["UPDATE_REFERENCE"] === "1") writeFileSync(page, text);

    expect(existsSync(page) ? readFileSync(page, "utf8") : "").toBe(text);
  });

  it("explains every key", async () => {
    const sections = await listSections();

    expect(unexplainedKeys(sections)).toEqual([]);
    expect(sections.length).toBeGreaterThan(10);
  });
});
