import { describe, it } from "@jest/globals";
import { hanging, throwing } from "../../test/broken-plugins.ts";
import { expectOneFailure, tidyUp } from "../../test/expect-one-failure.ts";

tidyUp();

describe("a plugin that throws or hangs in one step", () => {
  it.each(Object.entries({ ...throwing, ...hanging }))("fails %s, and nothing else", async (name, broken) => {
    await expectOneFailure(name, broken);
  });
});
