import { describe, it } from "@jest/globals";
import { brokenManners } from "../../test/broken-plugins.ts";
import { expectOneFailure, tidyUp } from "../../test/expect-one-failure.ts";

tidyUp();

describe("a plugin with one bad habit", () => {
  it.each(Object.entries(brokenManners))("fails %s, and nothing else", async (name, broken) => {
    await expectOneFailure(name, broken);
  });
});
