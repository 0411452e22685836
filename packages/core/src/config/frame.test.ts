import { describe, expect, it } from "@jest/globals";
import { BackworksError } from "../errors.ts";
import { formatErrors } from "./frame.ts";
import { placeAt } from "./place.ts";

const source = {
  file: "backworks.yaml",
  text: "name: shop\nendpoints:\n  users:\n    path: /users\n    methdos: [GET]\n",
};

function unknownKey(): BackworksError {
  const start = source.text.indexOf("methdos");
  const details = { key: "methdos", path: "endpoints.users" };
  return new BackworksError("BW_CONFIG_UNKNOWN_KEY", details, {
    where: placeAt(source, start, start + 7),
    hint: "did you mean methods?",
  });
}

describe("formatErrors", () => {
  it("shows the place, the line and the caret", () => {
    expect(formatErrors(unknownKey())).toBe(
      [
        "backworks.yaml:5:5  unknown key methdos in endpoints.users            BW_CONFIG_UNKNOWN_KEY",
        "    4 |     path: /users",
        "    5 |     methdos: [GET]",
        "      |     ^^^^^^^ did you mean methods?",
      ].join("\n"),
    );
  });

  it("shows an error without a place, with its hint below", () => {
    const error = new BackworksError("BW_CONFIG_NOT_FOUND", { directory: "/x", names: "a, b" }, { hint: "do this" });

    expect(formatErrors(error)).toBe(
      "no configuration in /x: looked for a, b                               BW_CONFIG_NOT_FOUND\n  hint: do this",
    );
  });

  it("shows 20 mistakes and counts the rest", () => {
    const errors = Array.from({ length: 23 }, unknownKey);

    const text = formatErrors(new BackworksError("BW_CONFIG_INVALID", { count: "23 mistakes", file: "x" }, { errors }));

    expect(text.match(/BW_CONFIG_UNKNOWN_KEY/g)).toHaveLength(20);
    expect(text.endsWith("\n\nand 3 more")).toBe(true);
  });

  it("colours only when asked", () => {
    expect(formatErrors(unknownKey())).not.toContain("\u001b");
    expect(formatErrors(unknownKey(), { color: true })).toContain("\u001b[31m^^^^^^^\u001b[39m");
  });

  it.each([
    { name: "tabs", text: "a:\t\tb", column: 8 },
    { name: "wide characters", text: "名前: b", column: 8 },
    { name: "combining characters", text: "e\u0301: b", column: 5 },
    { name: "emoji", text: "🍵🍵: b", column: 8 },
  ])("puts the caret below the token behind $name", ({ text, column }) => {
    const where = placeAt({ file: "f", text }, text.indexOf("b"));

    const frame = formatErrors(new BackworksError("BW_CONFIG_SYNTAX", { problem: "x" }, { where }));

    expect(frame.split("\n").at(-1)?.indexOf("^")).toBe(column + 6);
  });

  it("writes no control character of the text to the terminal", () => {
    const where = placeAt({ file: "f", text: "a: \u001b[31mred\u009b" }, 0, 1);

    const frame = formatErrors(
      new BackworksError("BW_CONFIG_SYNTAX", { problem: "bad \u001b[2J" }, { where, hint: "\u0007" }),
    );

    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(frame).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
