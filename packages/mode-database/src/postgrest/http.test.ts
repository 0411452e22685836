import { expect, it } from "@jest/globals";
import { startPostgrest } from "../../test/postgrest-rig.ts";
import type { PostgrestRig } from "../../test/postgrest-rig.ts";
import { readCases } from "../../test/cases/reads.ts";
import { relationCases } from "../../test/cases/relations.ts";
import { writeCases } from "../../test/cases/writes.ts";
import { callCases } from "../../test/cases/calls.ts";
import type { HttpCase } from "../../test/cases/http-case.ts";
import { describeDatabases } from "../../test/servers.ts";

/** Everything that a case says of its answer. */
async function check(rig: PostgrestRig, { request, headers, body, expected }: HttpCase): Promise<void> {
  const answer = await rig.send(request, { ...(headers && { headers }), body });
  const found: Record<string, unknown> = { status: answer.status };
  if ("json" in expected) found["json"] = answer.body;
  if (expected.text !== undefined) found["text"] = answer.text;
  if (expected.headers !== undefined)
    found["headers"] = Object.fromEntries(
      Object.keys(expected.headers).map((name) => [name, answer.headers.get(name)]),
    );
  expect({ request, ...found }).toEqual({ request, ...expected });
}

describeDatabases(
  "the dialect of PostgREST",
  (target) => {
    it("answers what was asked before with other values, and in another order", async () => {
      await using rig = await startPostgrest(target, "aggregates: true");
      const cases = [...readCases, ...relationCases];

      for (const one of cases) await check(rig, one);

      await expect(
        cases.toReversed().reduce((before, one) => before.then(() => check(rig, one)), Promise.resolve()),
      ).resolves.toBeUndefined();
    });

    it("asks for what PostgREST documents, a hundred times and more", () => {
      const all = [...readCases, ...relationCases, ...writeCases, ...callCases];

      expect(new Set(all.map((one) => JSON.stringify(one))).size).toBeGreaterThan(250);
    });

    it.each([
      ["reads", readCases],
      ["embeds", relationCases],
      ["writes", writeCases],
      ["calls", callCases],
    ])("%s as PostgREST does", async (_what, cases) => {
      await using rig = await startPostgrest(target, "aggregates: true");
      const failures: string[] = [];

      for (const one of cases) await check(rig, one).catch((error: unknown) => failures.push(String(error)));

      expect(failures.join("\n")).toBe("");
    });
  },
  ["postgresql"],
);
