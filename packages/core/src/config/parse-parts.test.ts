import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createPace, noPace } from "../pace.ts";
import { Excerpt } from "./excerpt.ts";
import { gatherParts } from "./gather-parts.ts";
import { toValue } from "./node.ts";
import type { Parsed, Token } from "./node.ts";
import { createSource, parseYaml, parseYamlInParts } from "./parse.ts";
import type { ReadParts } from "./read-parts.ts";
import { cutText } from "./text-parts.ts";

const busyPace = createPace({ now: () => 0, turn: () => Promise.resolve() });

/** Everything a reader can tell: values, places and mistakes. */
function told({ root, errors }: Parsed): unknown {
  return JSON.stringify(
    {
      value: root === undefined ? undefined : toValue(root),
      root,
      errors: errors.map(({ code, message, hint, where }) => ({ code, message, hint, where })),
    },
    (key, value: unknown) =>
      key === "source" ? undefined : value instanceof Map ? [...value] : isToken(value) ? inWhole(value) : value,
  );
}

function isToken(value: unknown): value is Token {
  return typeof value === "object" && value !== null && "source" in value && "start" in value;
}

/** Counted from the beginning of the file. */
function inWhole({ source, start, end, ...others }: Token): unknown {
  const offset = source instanceof Excerpt ? source.offset : 0;
  return { ...others, start: start + offset, end: end + offset };
}

async function expectSame(text: string, known?: ReadParts): Promise<ReadParts | undefined> {
  const source = createSource("backworks.yaml", text);
  const parsed = await parseYamlInParts(source, { pace: busyPace, known });

  expect(told(parsed)).toEqual(told(parseYaml(source)));
  return parsed.parts;
}

function endpoints(count: number, one: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => one(index)).join("");
}

/** What a slip of the hand leaves behind. */
const signs = Array.from("\"'{}[]:#-|>&*!\t\n \r,%?");

const plain = (index: number): string =>
  `  e${index}:\n    path: /r${index}/{id}\n    # remark\n    mock: { body: { id: "{{path.id}}", n: ${index} } }\n`;
const head = "name: big\nserver:\n  port: 8080\nendpoints:\n";
const large = `${head}${endpoints(250, plain)}`;

describe("cutText", () => {
  it.each([
    ["a small text", head],
    ["two documents", `${large}---\nname: other\n`],
    ["directives", `%YAML 1.2\n---\n${large}`],
    [
      "a flow mapping",
      JSON.stringify({ endpoints: Array.from({ length: 800 }, (_, index) => ({ index })) }, undefined, 2),
    ],
    ["line breaks of old machines", large.replaceAll("\n", "\r")],
    ["a NUL", `${large}\0`],
    ["a line separator", `${large}# \u2028\n`],
  ])("leaves %s whole", async (_, text) => {
    expect(await cutText(text, 8192, noPace)).toBeUndefined();
  });

  it("cuts a large mapping of endpoints into parts of the size that is asked for", async () => {
    const [, section] = (await cutText(large, 4096, noPace)) ?? [];

    const parts = gatherParts(large, section?.entries ?? [], { partSize: 4096, known: undefined });
    const sizes = [...parts].map(({ start, end }) => end - start);

    expect(sizes.length).toBeGreaterThan(4);
    expect(Math.max(...sizes)).toBeLessThan(4096 + 200);
  });

  it("covers the text without gaps", async () => {
    const parts = ((await cutText(large, 4096, noPace)) ?? []).flatMap((piece) => piece.entries ?? [piece]);

    expect(parts[0]?.start).toBe(0);
    expect(parts.at(-1)?.end).toBe(large.length);
    expect(parts.slice(1).every(({ start }, index) => start === parts[index]?.end)).toBe(true);
  });
});

describe("parseYamlInParts", () => {
  it.each([
    ["a mapping of endpoints", large],
    ["a list of endpoints", `${head}${endpoints(400, (index) => `  - name: e${index}\n    path: /r${index}\n`)}`],
    [
      "a list at the level of its key",
      `${head}${endpoints(400, (index) => `- name: e${index}\n  path: /r${index}\n`)}`,
    ],
    ["empty items", `${head}${endpoints(6000, () => "  -\n")}`],
    [
      "anchors and aliases across parts",
      `base: &base { status: 200 }\n${head}${endpoints(400, (i) => `  e${i}: &e${i}\n    <<: *base\n    as: *e${Math.max(0, i - 90)}\n`)}`,
    ],
    [
      "block scalars",
      `${head}${endpoints(400, (i) => `  e${i}:\n    text: |\n      path: x\n\n      ${i}\n    more: >-\n      a\n      b\n`)}`,
    ],
    ["texts over several lines", `${head}${endpoints(400, (i) => `  e${i}: "a\n    b: c\n    d"\n`)}`],
    [
      "flow over several lines",
      `${head}${endpoints(400, (i) => `  e${i}: {\n    path: /a,\n    b: [1,\n     2] }\n`)}`,
    ],
    ["windows line breaks", large.replaceAll("\n", "\r\n")],
    ["keys behind the endpoints", `${large}plugins:\n  a: {}\n`],
    [
      "several large sections",
      `${large}x-more:\n${endpoints(250, plain)}x-list:\n${endpoints(900, (i) => ` - ${i}: x\n`)}`,
    ],
    [
      "a name for the whole section",
      `${head.replace("endpoints:", "endpoints: &all")}${endpoints(250, plain)}x: *all\n`,
    ],
    ["a flow mapping whose keys are not indented", `{ "a": {},\n${endpoints(800, (i) => `"e${i}": {},\n`)}"z": 1 }`],
    ["a flow mapping that is not closed", `{ "a": {},\n${endpoints(800, (i) => `"e${i}": {},\n`)}`],
    ["a root key of another kind", large.replace("endpoints:", "end points, all:")],
    ["a key that is marked as one", large.replace("  e120:", "  ? e120:")],
    ["a quote in the place of a key", large.replace("  e120:", "  'e120:")],
    ["the same key twice", `${large}  e3: {}\nname: again\n`],
    ["a key that is not allowed", `${large}  __proto__: {}\n`],
    ["a tag", `${large}  last: !!str x\n`],
    ["an alias without anchor", `${large}  last: *none\n`],
    ["a quote that is not closed", large.replace('id: "{{path.id}}", n: 150', 'id: "{{path.id}}, n: 150')],
    ["a brace that is not closed", large.replace("n: 150 } }", "n: 150 }")],
    ["a brace that is not closed before a part ends", large.replaceAll("} }", "}")],
    ["a tab", large.replace("    path: /r150", "\tpath: /r150")],
    ["a line between two levels", large.replace("  e200:", "   e200:")],
    ["a line further out", large.replace("  e200:", " e200:")],
    ["a key without colon", large.replace("  e200:", "  e200")],
    ["a second colon", large.replace("  e200:", "  e200: x: y")],
    ["an open list at the end", `${large}  last: [1, 2\n`],
    ["depth", `${large}  deep: ${"[".repeat(101)}${"]".repeat(101)}\n`],
  ])("reads %s as in one go", async (_, text) => {
    await expectSame(text);
  });

  it("reads any damaged configuration as in one go", async () => {
    const spot = fc.tuple(
      fc.nat(large.length - 1),
      fc.nat(4),
      fc.constantFrom("", ...signs, "\n\n", "x:", "---\n", "  "),
    );

    await fc.assert(
      fc.asyncProperty(fc.array(spot, { minLength: 1, maxLength: 4 }), async (spots) => {
        const text = spots.reduce((sum, [at, cut, put]) => sum.slice(0, at) + put + sum.slice(at + cut), large);
        await expectSame(text);
      }),
      { numRuns: 60 },
    );
  });

  it("is asked for the pace between parts, and not at all without one", async () => {
    let asked = 0;
    const pace = (): undefined => void (asked += 1);

    await parseYamlInParts(createSource("backworks.yaml", large), { pace });
    await parseYamlInParts(createSource("backworks.yaml", large), { pace: noPace });

    expect(asked).toBeGreaterThan(3);
  });
});

describe("parseYamlInParts, of a text that was read before", () => {
  const list = `${head}${endpoints(250, (index) => `  - path: /r${index}\n    mock: { body: { n: ${index} } }\n`)}`;

  it("reads only the part that an edit is in", async () => {
    const before = await expectSame(large);
    const after = await expectSame(large.replace("n: 120 }", "n: 12000 }"), before);

    const taken = [...(after ?? [])].filter(([line, part]) => before?.get(line) === part);
    expect(after?.size).toBeGreaterThan(3);
    expect(taken).toHaveLength((after?.size ?? 0) - 1);
  });

  it.each([
    ["an endpoint more", large.replace("  e100:", "  more:\n    path: /more\n  e100:"), large],
    ["an endpoint less", large.replace(plain(100), ""), large],
    ["a line more in the last endpoint of a part", large.replaceAll("# remark\n", "# remark\n    x-a: 1\n"), large],
    ["a key twice", large.replace("  e200:", "  e3:"), large],
    ["a key twice, then no longer", large, large.replace("  e200:", "  e3:")],
    ["endpoints that changed places", large.replace(plain(3), plain(200)).replace(plain(200), plain(3)), large],
    ["another section of the same entries", large.replace("endpoints:", "other_things:"), large],
    ["a list in the place of a mapping", list, large],
    ["a mapping in the place of a list", large, list],
    ["the same item again and again", list.replaceAll(/r\d+|n: \d+/g, "n: 1"), list.replaceAll(/r\d+|n: \d+/g, "n: 1")],
    ["an anchor and its alias", large.replace("n: 3 }", "n: &three 3 }").replace("n: 200 }", "n: *three }"), large],
    [
      "an alias whose anchor is gone",
      large.replace("n: 200 }", "n: *three }"),
      large.replace("n: 3 }", "n: &three 3 }").replace("n: 200 }", "n: *three }"),
    ],
    ["a text that is no longer YAML", large.replace("n: 120 }", "n: [120 }"), large],
    ["a text that was none", large, large.replace("n: 120 }", "n: [120 }")],
  ])("comes to the same with %s", async (_what, text, before) => {
    const known = await expectSame(before);
    await expectSame(text, await expectSame(text, known));
  });

  it("comes to the same whatever was edited", async () => {
    const edit = fc.record({
      at: fc.nat(large.length),
      cut: fc.nat(40),
      put: fc.string({ unit: fc.constantFrom(...signs, "a", "e1:"), maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(large, list),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async (first, edits) => {
          let text = first;
          let known = await expectSame(text);
          for (const { at, cut, put } of edits) {
            text = text.slice(0, at) + put + text.slice(at + cut);
            known = await expectSame(text, known);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
