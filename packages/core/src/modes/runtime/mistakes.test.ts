import { describe, expect, it } from "@jest/globals";
import { isBackworksError } from "../../errors.ts";
import type { BackworksError } from "../../errors.ts";
import { partsOf } from "../../invalid-config.ts";
import { startApp } from "../../server/start-app.ts";

/** The one mistake that starting an endpoint with this block comes to. */
async function mistakeOf(
  runtime: unknown,
  { files = {}, root = {} }: { files?: Record<string, string>; root?: object } = {},
): Promise<BackworksError> {
  const config = { name: "t", ...root, endpoints: { e: { path: "/", runtime } } };
  const yaml = JSON.stringify(config, undefined, 1);
  const failed: unknown = await startApp({ yaml, files }).then(
    async (app) => {
      await app.close();
      throw new Error("it started");
    },
    (error: unknown) => error,
  );
  if (!isBackworksError(failed)) throw failed;
  return failed.errors.length === 1 ? failed.errors[0]! : failed;
}

describe("a handler that cannot be loaded", () => {
  const sources: Readonly<
    Record<string, { readonly source: string; readonly line: number; readonly says: RegExp; readonly file?: string }>
  > = {
    "has a mistake in its syntax": { source: "const a = 1;\nmodule.exports = (;\n", line: 2, says: /Unexpected token/ },
    "is a module with a mistake": {
      source: "const a = 1;\nexport default (;\n",
      line: 2,
      says: /Unexpected/,
      file: "h.mjs",
    },
    throws: { source: "// one\n\nthrow new TypeError('not today');", line: 3, says: /not today/ },
    "imports what is not there": { source: "\nrequire('./gone.cjs');", line: 2, says: /Cannot find module/ },
    "exports no function": { source: "module.exports = { price: 1 };", line: 1, says: /exports no function/ },
    "ends the process": { source: "process.exit(4);", line: 1, says: /exit code 4/ },
    "is Python with a mistake": { source: "x = 1\ndef handler(:\n", line: 2, says: /SyntaxError/, file: "h.py" },
    "is Python that throws": { source: "\nraise ValueError('no')\n", line: 2, says: /ValueError: no/, file: "h.py" },
    "is Python without a handler": { source: "x = 1\n", line: 1, says: /def handler/, file: "h.py" },
  };

  it.each(Object.keys(sources))("%s: is told with its place", async (name) => {
    const { source, line, says, file = "h.cjs" } = sources[name]!;

    const mistake = await mistakeOf(`./${file}`, { files: { [file]: source } });

    expect(mistake.code).toBe("BW_RUNTIME_LOAD");
    expect(mistake.message).toMatch(says);
    // What has no place in the file is told where the configuration names it.
    const { source: told, line: toldLine } = mistake.where!;
    expect([`${file}:${line}`, "backworks.yaml:6"]).toContain(`${told.file}:${toldLine}`);
  });

  it("stands in the configuration: is told with its line there", async () => {
    const yaml =
      "name: t\nendpoints:\n  e:\n    path: /\n    runtime: |\n      const a = 1;\n      function handler() { return ); }\n";

    const failed = await startApp(yaml).catch((error: unknown) => error);

    const [mistake] = partsOf(failed as BackworksError);
    expect(mistake?.code).toBe("BW_RUNTIME_LOAD");
    expect(mistake?.where).toMatchObject({ source: { file: "backworks.yaml" }, line: 7 });
  });
});

describe("options of a handler", () => {
  const h = {
    "h.js": "module.exports = () => 1;",
    "h.ts": "export default (): number => 1;",
    "h.rb": "",
    "h.py": "def handler(r): pass",
  };
  const mistakes: readonly (readonly [string, unknown, string, RegExp, object?])[] = [
    ["a file that is not there", "./gone.js", "BW_FILE_MISSING", /gone/],
    ["a file outside of the project", "../gone.js", "BW_FILE_OUTSIDE", /outside/],
    ["a language nobody knows", { handler: "./h.js", language: "javascrip" }, "BW_RUNTIME_LANGUAGE", /javascrip/],
    ["a file whose language is not told", "./h.rb", "BW_RUNTIME_LANGUAGE", /h\.rb/],
    [
      "Python in a thread",
      { handler: "./h.py", isolation: "worker" },
      "BW_RUNTIME_OPTION",
      /python cannot run in isolation worker/,
    ],
    [
      "a sandbox that is not installed",
      { handler: "./h.js", isolation: "wasm" },
      "BW_RUNTIME_OPTION",
      /quickjs-emscripten/,
    ],
    [
      "a program that is not there",
      { handler: "./h.rb", language: "ruby" },
      "BW_RUNTIME_COMMAND",
      /no-such-ruby/,
      { runtimes: { ruby: { command: "no-such-ruby -u" } } },
    ],
    [
      "source for a program that takes files",
      { handler: "puts 1", language: "own" },
      "BW_RUNTIME_OPTION",
      /needs a file/,
      { runtimes: { own: { command: "/bin/cat" } } },
    ],
    ["an API that nobody offers", { handler: "./h.js", apis: ["stripe"] }, "BW_RUNTIME_SERVICE", /stripe/],
    ["a database that nobody offers", { handler: "./h.js", databases: ["main"] }, "BW_RUNTIME_SERVICE", /main/],
    ["too little memory", { handler: "./h.js", memory_limit: "1MB" }, "BW_CONFIG_WRONG_VALUE", /16MB/],
    ["no time", { handler: "./h.js", timeout: 0 }, "BW_CONFIG_WRONG_VALUE", /duration/],
    ["an isolation nobody knows", { handler: "./h.js", isolation: "docker" }, "BW_CONFIG_WRONG_VALUE", /isolation/],
    [
      "a variable without a name",
      { handler: "./h.js", environment: { "a b": 1 } },
      "BW_CONFIG_WRONG_VALUE",
      /name of a variable/,
    ],
    ["an unknown key", { handler: "./h.js", timeot: 1 }, "BW_CONFIG_UNKNOWN_KEY", /timeot/],
  ];

  it.each(mistakes)("refuse %s", async (...mistaken) => {
    const [, runtime, code, says, root = {}] = mistaken;
    const mistake = await mistakeOf(runtime, { files: h, root });

    expect(mistake.code).toBe(code);
    expect(mistake.message).toMatch(says);
    expect(mistake.where?.source.file).toBe("backworks.yaml");
  });

  it("refuse TypeScript where this Node does not run it, and say what to do", async () => {
    const { typescript } = process.features as { typescript?: string | false };

    const outcome = await mistakeOf("./h.ts", { files: h }).catch((error: Error) => error);

    const refused = { code: "BW_RUNTIME_OPTION", hint: expect.stringMatching(/Node 22\.18 or later/) };
    expect(outcome).toMatchObject(typeof typescript === "string" ? { message: "it started" } : refused);
  });
});
