import { describe, expect, it } from "@jest/globals";
import { createActMode } from "../../../test/act-mode.ts";
import { openApp } from "../../server/open-app.ts";

const text = `
name: x
endpoints:
  a:
    path: /a
    mode: hybrid
    hybrid:
      branches:
        - { when: "\${query.q}", use: proxy }
        - use: mock
      fallback: [{ on: [timeout, 503], use: mock }]
    proxy: {}
    mock: { rules: [{ when: { query: { page: 2 } }, respond: { body: two } }] }
`;

async function explain(url: string): Promise<readonly unknown[]> {
  await using opened = await openApp({ text, env: {}, modes: [createActMode("proxy").mode] });
  const { rules, nearest } = await opened.explain({ method: "GET", url });
  return [...rules.map(({ rule, place, chosen }) => `${rule} ${place?.line} ${chosen}`), nearest];
}

describe("an explanation of hybrid mode", () => {
  it("names the branch that answers, what would answer in its place, and lets it explain itself", async () => {
    expect(await explain("/a?q=1")).toEqual([
      "branches[0] (proxy) 9 true",
      "branches[1] (mock) 10 false",
      "fallback[0] (mock) on timeout, 503 11 false",
      "proxy undefined true",
      undefined,
    ]);
  });

  it("says which condition failed, and what the branch was asked for", async () => {
    await using opened = await openApp({ text, env: {}, modes: [createActMode("proxy").mode] });
    const { rules, nearest } = await opened.explain({ method: "GET", url: "/a?page=3" });

    expect(rules[0]?.checks).toEqual([
      { field: "when", expected: "${query.q} to be true", actual: "null", passed: false },
    ]);
    expect([rules[1]?.chosen, nearest]).toEqual([true, "rules[0]"]);
  });
});
