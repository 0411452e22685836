import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { writeReference } from "../../test/config-reference.ts";
import { testModes } from "../../test/config-rig.ts";
import { toJsonSchema } from "./json-schema.ts";

const page = join(import.meta.dirname, "../../../../docs/reference/configuration.md");

describe("the reference of configurations", () => {
  it("says what the schema says; node scripts/write-reference.js writes it anew", () => {
    const text = writeReference(toJsonSchema({ modes: testModes, plugins: new Map() }));

    if (process.env["UPDATE_REFERENCE"] === "1") writeFileSync(page, text);

    expect(existsSync(page) ? readFileSync(page, "utf8") : "").toBe(text);
  });
});
