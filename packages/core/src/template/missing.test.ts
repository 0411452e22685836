import { describe, expect, it } from "@jest/globals";
import type { LogFields, Logger } from "../logger.ts";
import { silentLogger } from "../logger.ts";
import { compile, createScope, evaluate } from "../../test/template-rig.ts";

function listeningLogger(): { readonly logger: Logger; readonly lines: [string, LogFields | undefined][] } {
  const lines: [string, LogFields | undefined][] = [];
  return { lines, logger: { ...silentLogger, warn: (message, fields) => lines.push([message, fields]) } };
}

describe("missing data", () => {
  it("is null as a value and nothing in a text", () => {
    expect(evaluate({ a: "${body.nothing}", b: "<${body.nothing}>" })).toEqual({ a: null, b: "<>" });
    expect(evaluate("${body.a.b.c}", { body: undefined })).toBeNull();
  });

  it("is logged once per expression in development, with its place", () => {
    const { logger, lines } = listeningLogger();
    const template = compile("a ${body.nothing} b ${query.q}", { development: true, logger });

    template.evaluate(createScope());
    template.evaluate(createScope());

    expect(lines).toEqual([
      ["body.nothing has no value", { file: "backworks.yaml", line: 1, column: 5 }],
      ["query.q has no value", { file: "backworks.yaml", line: 1, column: 23 }],
    ]);
  });

  it("is not logged where the expression is ready for it", () => {
    const { logger, lines } = listeningLogger();
    const template = compile(
      [
        "${body.a || 1}",
        "${body.a:-1}",
        "${body.a ?? 1}",
        "${body.a == null}",
        "${!body.a}",
        "${body?.a}",
        "${coalesce(body.a, 1)}",
        "${body.a ? 1 : 2}",
      ],
      { development: true, logger },
    );

    template.evaluate(createScope());

    expect(lines).toEqual([]);
  });

  it("is not logged in production", () => {
    const { logger, lines } = listeningLogger();

    compile("${body.nothing}", { logger }).evaluate(createScope());

    expect(lines).toEqual([]);
  });

  it.each([
    ["${body.nothing}", "body.nothing", 3],
    ["a ${body.nothing.more} b", "body.nothing.more", 5],
    ["${'x' + body.nothing}", "body.nothing", 9],
    ["${body.nothing * 2}", "body.nothing", 3],
    ["${find_by(mock.data, 'a', 1)}", "find_by(mock.data, 'a', 1)", 3],
    ["${env.STAGE}", "env.STAGE", 3],
  ])("is an error in strict templates: %s", (value, expression, column) => {
    const template = compile(value, { strict: true, environment: {} });

    expect(() => template.evaluate(createScope())).toThrow(
      expect.objectContaining({
        code: "BW_TEMPLATE_MISSING",
        status: 500,
        details: { expression },
        where: expect.objectContaining({ line: 1, column, length: expression.length }),
        members: { expression, at: expect.stringMatching(new RegExp(`:1:${column}$`)) },
      }),
    );
  });

  it.each(["${body.a || 1}", "${body.a:-1}", "${body?.a}", "${body.none}", "${int(query.nothing, 1)}"])(
    "is no error in strict templates where the expression is ready for it: %s",
    (value) => {
      const template = compile(value, { strict: true });

      expect(() => template.evaluate(createScope({ body: { none: null } }))).not.toThrow();
    },
  );
});
