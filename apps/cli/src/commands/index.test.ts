import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ownCommands } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { entryName } from "../command.ts";
import { takesValue } from "../program.ts";
import { commands } from "./index.ts";

const here = import.meta.dirname;

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(here, folder))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length));
}

describe("commands", () => {
  it("has every file of the folder, and no other", () => {
    const files = [
      ...filesIn("."),
      ...["plugins", "db", "export"].flatMap((group) => filesIn(group).map((name) => `${group} ${name}`)),
    ];

    expect(commands.map((entry) => entryName(entry)).sort()).toEqual([...files].sort());
  });

  it.each(commands)("$usage describes every word and option it takes", async (entry) => {
    const command = await entry.load();

    const words = [...entry.usage.matchAll(/[<[](\w+)[>\]]/g)].map(([, word]) => word);
    expect(Object.keys(command.positionals)).toEqual(words);
    for (const part of [...Object.values(command.positionals), ...Object.values(command.options)]) {
      expect(part.describe).toMatch(/\S/);
    }
  });

  it("are the names that plugins cannot take, with help", () => {
    const words = new Set(commands.map((entry) => entryName(entry).split(" ")[0]));

    expect(ownCommands).toEqual(words.add("help"));
  });

  it("tells which options are followed by a value", async () => {
    const declared = new Set(["--config", "--cwd"]);
    for (const entry of commands) {
      for (const [name, option] of Object.entries((await entry.load()).options)) {
        if (option.type === "boolean") continue;
        declared.add(`--${name}`);
        for (const alias of [option.alias ?? []].flat()) declared.add(`-${alias}`);
      }
    }

    expect([...takesValue].sort()).toEqual([...declared].sort());
  });
});
