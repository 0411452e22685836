import { describe, expect, it } from "@jest/globals";
import { mutationsOf, validTexts } from "../../test/config-mutations.ts";
import type { Mutation } from "../../test/config-mutations.ts";
import { mistakesOf } from "../../test/config-rig.ts";
import type { BackworksError } from "../errors.ts";
import { formatErrors } from "./frame.ts";

interface Outcome extends Mutation {
  readonly errors: readonly BackworksError[];
}

async function outcomes(): Promise<Outcome[]> {
  const made: Outcome[] = [];
  for (const mutation of validTexts.flatMap(mutationsOf)) {
    made.push({ ...mutation, errors: await mistakesOf({ files: { "backworks.yaml": mutation.text } }) });
  }
  return made;
}

function isAt({ line, column }: Mutation): (error: BackworksError) => boolean {
  return ({ where }) => where?.line === line && where.column === column;
}

/** What a failing case looks like to whoever mends it. */
function shown(outcome: Outcome): string {
  const { kind, line, column, meant = "", errors } = outcome;
  const frames = errors.map((error) => formatErrors(error)).join("\n");
  return `${kind} at ${line}:${column} ${meant}\n${outcome.text.split("\n")[line - 1]}\n${frames}`;
}

describe("single mistakes in a valid configuration", () => {
  const all = outcomes();

  it.each(validTexts.map((text, index) => [index, text]))("has text %i to begin with", async (_, text) => {
    expect(
      (await mistakesOf({ files: { "backworks.yaml": String(text) } })).map((error) => formatErrors(error)),
    ).toEqual([]);
  });

  it("are at least 300", async () => {
    expect((await all).length).toBeGreaterThanOrEqual(300);
  });

  it("are never ignored", async () => {
    expect((await all).filter(({ errors }) => errors.length === 0).map(shown)).toEqual([]);
  });

  it("are reported at the right line and column", async () => {
    expect((await all).filter((outcome) => !outcome.errors.some(isAt(outcome))).map(shown)).toEqual([]);
  });

  it("bring no more than one consequence", async () => {
    expect((await all).filter(({ errors }) => errors.length > 2).map(shown)).toEqual([]);
  });

  it("get the right word suggested, 95 of 100 times", async () => {
    const asked = (await all).filter(({ meant }) => meant !== undefined);

    const wrong = asked.filter(
      (outcome) =>
        !outcome.errors.some((error) => isAt(outcome)(error) && error.hint === `did you mean ${outcome.meant}?`),
    );

    const total = (await all).length;
    process.stdout.write(
      `single mistakes: ${total} made, ${total} reported in place; ${asked.length - wrong.length} of ${asked.length} suggestions right\n`,
    );
    expect(wrong.length / asked.length).toBeLessThanOrEqual(0.05);
  });

  it("show no stack trace", async () => {
    const frames = (await all).flatMap(({ errors }) => errors.map((error) => formatErrors(error)));

    expect(frames.filter((frame) => /^\s+at .*[:)]/m.test(frame))).toEqual([]);
  });
});
