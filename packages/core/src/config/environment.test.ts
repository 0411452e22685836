import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { BackworksError } from "../errors.ts";
import { interpolate } from "./environment.ts";
import { expressionIn, unescapeLiterals } from "./literal.ts";
import { childOf, toValue } from "./node.ts";
import { createSource, parseYaml } from "./parse.ts";

const environment = {
  PORT: "8080",
  NAME: "shop",
  EMPTY: "",
  FLAG: "true",
  TRAP: "${PORT} and {{ path.id }}",
  LIST: "[1, 2]",
  NUMBER_LIKE: "1e3",
};

function read(
  text: string,
  variables: Readonly<Record<string, string>> = environment,
): { value: unknown; errors: BackworksError[] } {
  const errors: BackworksError[] = [];
  const { root } = parseYaml(createSource("test.yaml", `v: ${text}`));
  const tree = root === undefined ? undefined : interpolate(root, variables, errors);
  const node = childOf(tree, "v");
  return { value: node === undefined ? undefined : toValue(node), errors };
}

describe("interpolate", () => {
  it.each([
    ["${PORT}", 8080],
    ['"${PORT}"', "8080"],
    ["${FLAG}", true],
    ["${NUMBER_LIKE}", 1000],
    ["${LIST}", "[1, 2]"],
    ["${EMPTY}", ""],
    ["${NOPE:-5}", 5],
    ["${EMPTY:-5}", 5],
    ['"${NOPE:-5}"', "5"],
    ["${NOPE:-}", ""],
    ["${NOPE:-${PORT}}", 8080],
    ["${NOPE:-${ALSO_NOPE:-x}}", "x"],
    ["${NOPE:-a}b", "ab"],
    ["http://${NAME}:${PORT}/x", "http://shop:8080/x"],
    ["${PORT:?say which}", 8080],
    ["$${PORT}", "$${PORT}"],
    ["${path.id}", "${path.id}"],
    ["${name}", "${name}"],
    ["${query.limit:-10}", "${query.limit:-10}"],
    ["${date_add(now(), ${PORT})}", "${date_add(now(), 8080)}"],
    ["${query.q || ${NAME}}", '${query.q || "shop"}'],
    ["$PORT", "$PORT"],
    ["${PORT", "${PORT"],
  ])("reads %s as %j", (text, expected) => {
    expect(read(text)).toEqual({ value: expected, errors: [] });
  });

  it("keeps digits that a number would lose", () => {
    expect(read("${VALUE}", { VALUE: "12345678901234567890" }).value).toBe("12345678901234567890");
    expect(read("${VALUE}", { VALUE: "1e400" }).value).toBe("1e400");
    expect(read("${VALUE}", { VALUE: "9007199254740992" }).value).toBe(9_007_199_254_740_992);
  });

  it("puts values in as literal text, once", () => {
    const { value } = read("${TRAP}");

    expect(expressionIn(String(value))).toBeUndefined();
    expect(unescapeLiterals(value)).toBe("${PORT} and {{ path.id }}");
  });

  it("keeps any value what it is, wherever it is put in", () => {
    const sign = fc.constantFrom("$", "{", "}", "{{", "${", "$${", "A", '"', ":");
    const text = fc.array(sign, { maxLength: 8 }).map((parts) => parts.join(""));

    fc.assert(
      fc.property(text, (value) => {
        const inText = read('"<${VALUE}>"', { VALUE: value }).value;
        expect(unescapeLiterals(inText)).toBe(`<${value}>`);
        expect(expressionIn(String(inText))).toBeUndefined();
      }),
    );
  });

  it.each([
    ["${NOPE}", 4, 7],
    ['"a ${NOPE} b"', 7, 7],
    ["${NOPE:?set it}", 4, 15],
    ["'${NAME} ${NOPE}'", 13, 7],
  ])("marks the missing variable of %s", (text, column, length) => {
    const [error] = read(text).errors;

    expect(error).toMatchObject({ code: "BW_CONFIG_VARIABLE_MISSING", where: { line: 1, column, length } });
  });

  it("marks a missing variable inside a block text", () => {
    const [error] = read("|\n  one\n  two ${NOPE}\n").errors;

    expect(error?.where).toMatchObject({ line: 3, column: 7 });
  });

  it("gives the message of the variable, or the name that was probably meant", () => {
    expect(read("${NOPE:?set it}").errors[0]?.hint).toBe("set it");
    expect(read("${PROT}").errors[0]?.hint).toBe("did you mean PORT?");
  });

  it("does not read variables from prototypes", () => {
    expect(read("${CONSTRUCTOR}", {}).errors).toHaveLength(1);
  });
});
