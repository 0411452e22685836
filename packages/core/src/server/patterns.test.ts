import { describe, expect, it } from "@jest/globals";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

/** With a matcher that tries one way after another, each of them takes longer than the universe is old. */
const slow = [
  "(a+)+$",
  "(a|aa)+$",
  "(a*)*$",
  "(a|a?)+$",
  "(.*a){20}$",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(x+x+)+y",
  "a{0,1000}b",
];

/** What a linear matcher does not know. */
const unknown = [String.raw`(a)\1`, "(?=a)b", "(?<=a)b", "(?<!a)b", "(a{1000}){1000}", "(a", "[z-a]", "a{2,1}", "*"];

const quoted = (pattern: string): string => `'${pattern.replaceAll("'", "''")}'`;

/** Where a configuration has a pattern: the keys of an endpoint that answers POST /a. */
const places: Readonly<Record<string, (pattern: string) => string>> = {
  "a rule's body": (pattern) =>
    `mock: { rules: [ { when: { body: { text: { matches: ${quoted(pattern)} } } }, respond: { body: 1 } }, { respond: { body: 2 } } ] }`,
  "a rule's header": (pattern) =>
    `mock: { rules: [ { when: { headers: { x-text: { matches: ${quoted(pattern)} } } }, respond: { body: 1 } }, { respond: { body: 2 } } ] }`,
  "a rule's query": (pattern) =>
    `mock: { rules: [ { when: { query: { q: { matches: ${quoted(pattern)} } } }, respond: { body: 1 } }, { respond: { body: 2 } } ] }`,
  "a schema of the body": (pattern) =>
    `schema: { type: object, properties: { text: { type: string, pattern: ${quoted(pattern)} } } }\n    mock: { body: 2 }`,
  "a schema of a property's name": (pattern) =>
    `schema: { type: object, patternProperties: { ${quoted(pattern)}: { type: number } } }\n    mock: { body: 2 }`,
};

const cases = Object.keys(places).flatMap((place) => slow.map((pattern) => [place, pattern] as const));
const refusals = Object.keys(places).flatMap((place) => unknown.map((pattern) => [place, pattern] as const));

function open(place: string, pattern: string): Promise<StartedApp> {
  const keys = places[place]?.(pattern) ?? "";
  return startApp(`name: x\nendpoints:\n  a:\n    path: /a\n    methods: [POST]\n    ${keys}\n`);
}

describe("a pattern of the configuration", () => {
  it.each(cases)("in %s, %s, takes a text of 100 KB without trying every way", async (place, pattern) => {
    await using app = await open(place, pattern);
    const text = `${"a".repeat(100_000)}!`;

    // A header and a query are bounded by the request line and the header block.
    const answer = await app.fetch(`/a?q=${text.slice(-4000)}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-text": text.slice(-4000) },
      body: JSON.stringify({ text, [text]: 1 }),
    });

    expect([200, 400]).toContain(answer.status);
  });

  it.each(refusals)("in %s, %s, is refused at its place", async (place, pattern) => {
    const failure = await open(place, pattern).then(
      (app) => app.close(),
      (error: unknown) => error,
    );

    expect(failure).toMatchObject({
      code: "BW_CONFIG_INVALID",
      errors: [
        {
          message: expect.stringMatching(/is not a regular expression|cannot be used/),
          where: { source: { file: "backworks.yaml" } },
        },
      ],
    });
  });
});
