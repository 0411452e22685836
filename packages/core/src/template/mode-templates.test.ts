import { describe, expect, it } from "@jest/globals";
import { createFiles, createScope } from "../../test/template-rig.ts";
import { isBackworksError } from "../errors.ts";
import type { BackworksError } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { silentLogger } from "../logger.ts";
import type { ModeTemplate } from "../mode.ts";
import { createModeTemplates } from "./mode-templates.ts";

const { request, requestId, clock, random } = createScope();

// Templates look at nothing else.
const exchange = { id: requestId, request } as Exchange;

interface Compiling {
  readonly strict?: boolean;
  readonly encode?: (value: unknown, exchange: Exchange) => string;
}

function compile(value: unknown, { strict = false, encode }: Compiling = {}): ModeTemplate {
  const sources = {
    app: { name: "test", development: false, basePath: "" },
    files: createFiles({ "part.json": '{"a":1}' }),
    clock,
    random,
    logger: silentLogger,
    environment: { STAGE: "test" },
    templateFunctions: new Map([
      [
        "twice",
        {
          signature: "twice(n)",
          description: "",
          arity: [1, 1] as const,
          call: (_: unknown, n: unknown) => 2 * Number(n),
        },
      ],
    ]),
  };
  return createModeTemplates(sources, { strict, exposeEnvironment: ["STAGE"] }).compile(value, {
    place: () => ({ source: { file: "backworks.yaml", text: String(value) }, line: 1, column: 1, length: 1 }),
    parameters: ["id"],
    ...(encode && { encode }),
  });
}

function mistakesOf(value: unknown): readonly BackworksError[] {
  try {
    compile(value);
  } catch (error) {
    if (isBackworksError(error)) return error.errors;
    throw error;
  }
  return [];
}

describe("templates of modes", () => {
  it.each([
    ["/u/${path.id}", "/u/7"],
    ["${request.method} ${request.id}", "GET req-1"],
    ["${query.filter}", "red"],
    ["${headers.x-plan}", "pro"],
    ["${env.STAGE}", "test"],
    ["${twice(4)}", 8],
    ["${body.name}", "Ada"],
    [{ deep: ["${path.id}"] }, { deep: ["7"] }],
    [{ $file: "part.json" }, { a: 1 }],
    [{ $repeat: 2, $as: "count", $each: "${count}" }, [0, 1]],
  ])("gives for %j the value %j", (value, expected) => {
    expect(compile(value).evaluate(exchange)).toEqual(expected);
  });

  it("says what is constant and what reads the body", () => {
    expect(compile("plain").constant).toBe(true);
    expect(compile("plain").evaluate(undefined as unknown as Exchange)).toBe("plain");
    expect(compile("${path.id}").constant).toBe(false);
    expect([compile("${path.id}").usesBody, compile("${body.a}").usesBody]).toEqual([false, true]);
  });

  it.each(["state.get('a')", "state.a", "session.id", "mock.data", "count", "1 + count", "resource('users').count()"])(
    "refuses %s, which belongs to mock mode",
    (expression) => {
      const [mistake] = mistakesOf(`\${${expression}}`);

      expect(mistake).toMatchObject({ code: "BW_TEMPLATE_UNKNOWN_NAME" });
      expect(mistake?.hint).toContain("mock mode");
    },
  );

  it("writes values into texts as it is told", () => {
    const encode = (part: unknown, { id }: Exchange): string => `<${String(part)} of ${id}>`;

    expect(compile("/u/${path.id}/${query.tag}", { encode }).evaluate(exchange)).toBe("/u/<7 of req-1>/<a,b of req-1>");
    expect(compile("${path.id}", { encode }).evaluate(exchange)).toBe("<7 of req-1>");
    expect(compile("/plain", { encode })).toMatchObject({ constant: true });
  });

  it("suggests a parameter that the path has", () => {
    expect(mistakesOf("${path.idd}")[0]?.hint).toBe("did you mean path.id?");
  });

  it("throws for missing data when templates are strict", () => {
    const template = compile("${query.nothing}", { strict: true });

    expect(() => template.evaluate(exchange)).toThrow(expect.objectContaining({ code: "BW_TEMPLATE_MISSING" }));
  });
});
