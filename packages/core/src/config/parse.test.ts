import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { MappingNode, Node } from "./node.ts";
import { placeOf, toValue } from "./node.ts";
import { createSource, parseYaml } from "./parse.ts";
import { textOfLine } from "./place.ts";

function parse(text: string): ReturnType<typeof parseYaml> {
  return parseYaml(createSource("test.yaml", text));
}

function codesOf(text: string): string[] {
  return parse(text).errors.map(({ code, where }) => `${code} ${where?.line}:${where?.column}`);
}

function valueOf(text: string): unknown {
  const { root } = parse(text);
  return root === undefined ? undefined : JSON.parse(JSON.stringify(toValue(root)));
}

/** Every key and value of a tree, with the text that its place marks. */
function* marked(node: Node): Generator<{ readonly kind: string; readonly expected: string; readonly text: string }> {
  const { source, line, column, length } = placeOf(node);
  const text = textOfLine(source, line).slice(column - 1, column - 1 + length);
  if (node.kind === "scalar") yield { kind: "scalar", expected: String(node.value), text };
  if (node.kind === "sequence") for (const item of node.items) yield* marked(item);
  if (node.kind === "mapping") yield* markedEntries(node);
}

function* markedEntries(node: MappingNode): ReturnType<typeof marked> {
  for (const [name, { key, value }] of node.entries) {
    const { source, line, column, length } = placeOf(key);
    yield { kind: "key", expected: name, text: textOfLine(source, line).slice(column - 1, column - 1 + length) };
    yield* marked(value);
  }
}

describe("parseYaml", () => {
  it.each([
    ["UTF-16", "utf16le", "1:1"],
    ["Latin-1", "latin1", "1:10"],
  ] as const)("refuses a file in %s", (_, encoding, place) => {
    const bom = encoding === "utf16le" ? "\uFEFF" : "";
    const bytes = Buffer.from(`${bom}name: caf\u00e9`, encoding);

    expect(codesOf(bytes.toString("utf8"))).toEqual([`BW_CONFIG_SYNTAX ${place}`]);
  });

  it("reads scalars by the core schema", () => {
    const text = "[1, -2.5, 0x1f, 0o17, 1e3, .5, true, False, ~, null, yes, 1.2.3, '1', \"2\", 2024-01-01]";

    expect(valueOf(text)).toEqual([
      1,
      -2.5,
      31,
      15,
      1000,
      0.5,
      true,
      false,
      null,
      null,
      "yes",
      "1.2.3",
      "1",
      "2",
      "2024-01-01",
    ]);
  });

  it("gives mappings no prototype", () => {
    const { root } = parse("a: {}");

    expect(Object.getPrototypeOf(root === undefined ? {} : toValue(root))).toBeNull();
  });

  it("lets own keys win over merged ones, and the first of several mappings over the next", () => {
    const text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  x: 3\n  <<: [*a, *b]\n";

    expect((valueOf(text) as { c: unknown }).c).toEqual({ x: 3, y: 1, z: 2 });
  });

  it("keeps the place of a merged value", () => {
    const { root } = parse("base: &base\n  port: 80\nserver:\n  <<: *base\n");
    const server = root?.kind === "mapping" ? root.entries.get("server")?.value : undefined;
    const port = server?.kind === "mapping" ? server.entries.get("port")?.value : undefined;

    expect(port === undefined ? undefined : placeOf(port)).toMatchObject({ line: 2, column: 9 });
  });

  it.each([
    ["a: 1\r\nb: [\r\n", "BW_CONFIG_SYNTAX 2:4"],
    ["a: 1\rb: @\r", "BW_CONFIG_SYNTAX 2:4"],
    ["\uFEFFa: 1\na: 2\n", "BW_CONFIG_DUPLICATE_KEY 2:1"],
    ["ключ: 1\nключ: 2\n", "BW_CONFIG_DUPLICATE_KEY 2:1"],
    ["a: 😀\n😀: 1\n😀: 2\n", "BW_CONFIG_DUPLICATE_KEY 3:1"],
    ["? a\n: 1\na: 2\n", "BW_CONFIG_DUPLICATE_KEY 3:1"],
    ["a: 1\n...\nb\n", "BW_CONFIG_DOCUMENTS 3:1"],
    ["a: \u0000\n", "BW_CONFIG_SYNTAX 1:4"],
  ])("places the mistake of %j", (text, expected) => {
    expect(codesOf(text)).toContain(expected);
  });

  it("refuses a text over 5 MiB without reading it", () => {
    expect(codesOf(`a: ${"x".repeat(5 * 1024 * 1024)}`)).toEqual(["BW_CONFIG_TOO_LARGE 1:1"]);
  });

  it("refuses aliases that nest deeper than 100", () => {
    const steps = Array.from({ length: 60 }, (_, index) => `k${index + 1}: &a${index + 1} [[*a${index}]]`);

    expect(codesOf(["k0: &a0 [1]", ...steps].join("\n"))[0]).toMatch(/^BW_CONFIG_TOO_LARGE/);
  });

  it("refuses a bomb of merge keys", () => {
    const wide = Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join(", ");
    const uses = Array.from({ length: 60 }, (_, index) => `u${index}: {<<: *w}`).join("\n");

    expect(codesOf(`w: &w {${wide}}\n${uses}\n`)[0]).toMatch(/^BW_CONFIG_TOO_LARGE/);
  });

  it("refuses a bomb of aliases at once", () => {
    const steps = Array.from({ length: 30 }, (_, index) => `k${index + 1}: &a${index + 1} [*a${index}, *a${index}]`);
    const started = performance.now();

    const codes = codesOf(["k0: &a0 [1]", ...steps].join("\n"));

    expect(codes[0]).toMatch(/^BW_CONFIG_TOO_LARGE/);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("reads back any JSON value, and marks each token where it stands", () => {
    const json = fc
      .jsonValue({ maxDepth: 5 })
      .filter((value) => !/"(?:__proto__|constructor|prototype|<<|)":/.test(JSON.stringify(value)));

    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, 2, 4), (value, indent) => {
        const { root, errors } = parse(JSON.stringify({ value }, undefined, indent));

        expect(errors.map(String)).toEqual([]);
        expect(root === undefined ? undefined : JSON.parse(JSON.stringify(toValue(root)))).toEqual(
          JSON.parse(JSON.stringify({ value })),
        );
        for (const { kind, expected, text } of root === undefined ? [] : marked(root)) {
          const read = kind === "key" || text.startsWith('"') ? JSON.parse(text) : text;
          expect(kind === "key" ? read : String(text.startsWith('"') ? read : JSON.parse(text))).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("never throws, whatever the text", () => {
    const yaml = fc
      .array(
        fc.constantFrom(
          "a",
          ":",
          " ",
          "\n",
          "- ",
          "[",
          "]",
          "{",
          "}",
          '"',
          "'",
          "#",
          "&x",
          "*x",
          "!",
          "|",
          ">",
          "\t",
          "?",
          ",",
          "<<",
          "---\n",
          "\\",
          "%",
          "${",
          "é",
          "\r",
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join(""));

    fc.assert(
      fc.property(
        fc.oneof(yaml, fc.string({ maxLength: 200 }), fc.string({ unit: "binary", maxLength: 60 })),
        (text) => {
          for (const { where } of parse(text).errors) {
            expect(where?.line).toBeGreaterThanOrEqual(1);
            expect(where?.column).toBeGreaterThanOrEqual(1);
            expect(where?.length).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
