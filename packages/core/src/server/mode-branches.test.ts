import { describe, expect, it } from "@jest/globals";
import { createActMode } from "../../test/act-mode.ts";
import type { RouteDraft } from "../mode.ts";
import { defineMode } from "../mode.ts";
import type { Mode } from "../mode.ts";
import { openApp } from "./open-app.ts";

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

interface Loud {
  readonly use: string;
  readonly methods?: readonly string[];
}

/** Has another mode answer, and says so. */
function createLoud(seen: (readonly RouteDraft[])[] = []): Mode {
  const wordsOf = (values: Readonly<Record<string, unknown>>): Loud => values["loud"] as Loud;
  return defineMode({
    name: "loud",
    description: "for tests",
    endpointKeys: { loud: anything },
    open: () => undefined,
    branches({ values }) {
      const { use, methods } = wordsOf(values);
      return [{ mode: use, path: ["loud", "use"], methods }];
    },
    compile({ values }, _shared, branches) {
      const drafts = branches.get(wordsOf(values).use) ?? [];
      seen.push(drafts);
      return drafts.map((draft) => ({ ...draft, answeredBy: [wordsOf(values).use] }));
    },
  });
}

const base = "name: x\nendpoints:\n  a:\n    path: /a\n    mode: loud\n";

describe("a mode that has branches", () => {
  it("gets what another made, with what that needs", async () => {
    const seen: (readonly RouteDraft[])[] = [];
    const { mode } = createActMode("quiet");
    const quiet = { ...mode, needs: { requestBody: true, onePlace: true } };
    const text = `${base}    loud: { use: quiet, methods: [POST] }\n    quiet: { needs: { onePlace: false } }\n`;

    await using opened = await openApp({ text, env: {}, modes: [createLoud(seen), quiet] });

    expect(seen[0]).toMatchObject([{ path: "/a", methods: ["POST"], needs: { requestBody: true, onePlace: false } }]);
    expect((await opened.inject({ method: "POST", url: "/a" })).status).toBe(200);
    expect(opened.app.routes[0]?.info).toMatchObject({ mode: "loud", answeredBy: ["quiet"] });
  });

  it("may have the modes of core for branches", async () => {
    const text = `${base}    loud: { use: mock }\n    mock: { resource: { seed: [{ id: 1 }] } }\n`;

    await using opened = await openApp({ text, env: {}, modes: [createLoud()] });

    expect((await opened.inject({ method: "GET", url: "/a/1" })).body.toString()).toBe('{"id":1}');
    expect((await opened.explain({ method: "GET", url: "/a/1" })).rules[0]?.rule).toBe("resource");
  });

  it.each([
    ["a word that is no mode", "{ use: quite }", "BW_CONFIG_MODE_UNKNOWN", "did you mean quiet?"],
    [
      "a mode without its block",
      "{ use: mock }",
      "BW_CONFIG_BRANCH_BLOCK",
      "write mock: below it, or name another: it has quiet",
    ],
    ["one that has branches itself", "{ use: hybrid }", "BW_CONFIG_BRANCH_NESTED", "name what answers: it has quiet"],
  ])("cannot name %s", async (_what, loud, ...expected) => {
    const text = `${base}    loud: ${loud}\n    quiet: {}\n`;
    const opening = openApp({ text, env: {}, modes: [createLoud(), createActMode("quiet").mode] });

    const error = (await opening.catch((thrown: unknown) => thrown)) as { readonly errors: readonly Mistake[] };

    expect(error.errors.map(({ code, hint }) => [code, hint])).toEqual([expected]);
    expect(error.errors[0]?.where).toMatchObject({ line: 6, column: 18 });
  });
});

interface Mistake {
  readonly code: string;
  readonly hint: string;
  readonly where: unknown;
}
