import { readdirSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { sections } from "./index.ts";

const machinery = new Set(["describe.ts", "index.ts"]);

describe("the list of sections", () => {
  it("has every file of its folder", () => {
    const files = readdirSync(import.meta.dirname).filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !machinery.has(name),
    );
    const names = files.map((name) =>
      name.replace(/\.ts$/, "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );

    expect(Object.keys(sections).toSorted()).toEqual(names.toSorted());
  });
});
