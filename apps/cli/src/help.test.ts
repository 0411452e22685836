import { describe, expect, it } from "@jest/globals";
import { commands } from "./commands/index.ts";
import { commandHelp } from "./help.ts";

describe("commandHelp", () => {
  it.each(commands)("of $usage", async (entry) => {
    expect(await commandHelp(entry, await entry.load())).toMatchSnapshot();
  });
});
