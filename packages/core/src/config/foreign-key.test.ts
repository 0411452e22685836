import { expect, it } from "@jest/globals";
import { isForeignKey } from "./foreign-key.ts";

const described = {
  properties: { url: {}, stores: { items: { properties: { host: {} } } }, retry: { properties: { attempts: {} } } },
};
const schema = { "~standard": { jsonSchema: { input: () => described } } };

it.each([
  [["colour"], true],
  [["url"], false],
  [["stores", 0, "hots"], true],
  [["stores", 0, "host"], false],
  [["retry", "attemps"], true],
  [["stores", 0], false],
  [["url", "any"], false],
])("knows by the JSON Schema whether %j is a key", (path, foreign) => {
  expect(isForeignKey(schema, path)).toBe(foreign);
});

it("knows nothing of schemas that do not describe themselves", () => {
  const broken = { "~standard": { jsonSchema: { input: () => JSON.parse("{") } } };

  expect([
    isForeignKey({ "~standard": {} }, ["a"]),
    isForeignKey(undefined, ["a"]),
    isForeignKey(broken, ["a"]),
  ]).toEqual([false, false, false]);
});
