import { describe, expect, it } from "@jest/globals";
import { problemOf } from "./wording.ts";

describe("the wording of a schema's issues", () => {
  it("shows the pattern that a text must match", () => {
    const issue = { message: "Invalid string", code: "invalid_format", format: "regex", pattern: "/^x-/" };

    expect(problemOf(issue, undefined)).toContain("must match /^x-/");
  });
});
