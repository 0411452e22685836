import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { sections } from "./index.ts";

const sources = new Map(
  readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "index.ts")
    .map((name) => [name, readFileSync(join(import.meta.dirname, name), "utf8")]),
);

/** Whether another section is made of it. */
function isPart(file: string): boolean {
  return [...sources.values()].some((text) => text.includes(`from "./${file}"`));
}

describe("the list of sections", () => {
  it("has every file of its folder that is no part of another", () => {
    const names = [...sources.keys()]
      .filter((file) => !isPart(file))
      .map((file) => file.replace(/\.ts$/, "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));

    expect(Object.keys(sections).toSorted()).toEqual(names.toSorted());
  });
});
