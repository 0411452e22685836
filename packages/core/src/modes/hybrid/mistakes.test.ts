import { describe, expect, it } from "@jest/globals";
import { startHybrid } from "../../../test/hybrid-rig.ts";

const mock = "    mock: { body: 1 }\n";

/** What a configuration is refused with, in which words. */
async function mistakeOf(block: string, more: string): Promise<string> {
  try {
    await using _rig = await startHybrid(block, more);
    return "none";
  } catch (error) {
    const { errors } = error as { readonly errors: readonly Mistake[] };
    return errors.map(({ code, message, hint }) => `${code}: ${message}; ${hint}`).join("\n");
  }
}

interface Mistake {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

describe("hybrid refuses", () => {
  it.each([
    [
      "a branch whose mode has nothing there",
      "{ branches: [{ when: query.q, use: proxy }, { use: mock }] }",
      `    proxy: { methods: [PUT], paths: [] }\n${mock}`,
      "BW_HYBRID_UNREACHABLE: branches[0] never answers: proxy answers none of these requests; undefined",
    ],
    [
      "a fallback whose mode has nothing there",
      "{ handle: { GET: mock }, fallback: [{ on: 5xx, use: proxy }] }",
      `    proxy: { paths: [/b] }\n${mock}`,
      "BW_HYBRID_UNREACHABLE: fallback[0] never answers: proxy answers none of these requests; undefined",
    ],
    [
      "a fallback for methods that the endpoint has not",
      "{ branches: [{ use: mock }], fallback: [{ on: 5xx, use: proxy, methods: PUT }] }",
      `    methods: [GET]\n    proxy: {}\n${mock}`,
      "BW_HYBRID_UNREACHABLE: fallback[0] never answers: the endpoint does not answer PUT; add PUT to its methods",
    ],
    [
      "a branch without its block",
      "{ handle: { GET: mock, POST: database } }",
      mock,
      "BW_CONFIG_BRANCH_BLOCK: endpoint a names the branch database and has no database; write database: below it, or name another: it has mock",
    ],
    [
      "a preset without the block it names",
      "{ preset: auto_evolve }",
      mock,
      "BW_CONFIG_BRANCH_BLOCK: endpoint a names the branch database and has no database; write database: below it, or name another: it has mock",
    ],
  ])("%s", async (...given) => {
    const [, block, more, expected] = given;

    expect(await mistakeOf(block, more)).toBe(expected);
  });

  it("says nothing of a branch that only some paths leave over", async () => {
    const more = `    database: {}\n    proxy: { paths: ["", /more] }\n`;

    expect(await mistakeOf("{ branches: [{ use: database }, { use: proxy }] }", more)).toBe("none");
  });

  it("marks a preset at the word of its mode", async () => {
    const refused = startHybrid("", mock, { mode: "auto_evolve" });

    await expect(refused).rejects.toMatchObject({
      errors: [{ code: "BW_CONFIG_BRANCH_BLOCK", where: { line: 5, column: 11 } }],
    });
  });

  it("tells mistakes of every block with those of its own", async () => {
    const refused = startHybrid(
      `{ branches: [{ when: "\${qury.q}", use: mock }, { use: proxy }] }`,
      `    proxy: {}\n    mock: { body: "\${nw()}" }\n`,
    );

    await expect(refused).rejects.toMatchObject({
      errors: [{ code: "BW_TEMPLATE_UNKNOWN_NAME" }, { code: "BW_TEMPLATE_UNKNOWN_FUNCTION" }],
    });
  });
});
