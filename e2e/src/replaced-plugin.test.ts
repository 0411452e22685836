import { describe, expect, it } from "@jest/globals";
import { runCommand } from "./command.ts";
import { ask } from "./http.ts";
import { startServer } from "./server.ts";
import { createWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

const yaml = `name: shop
endpoints: { hello: { path: /hello, mock: { body: hello } } }
plugins: { mark: {} }
`;

/** What both kinds of modules say alike: the plugin writes what the other file says. */
const definition = `{
  [Symbol.for("backworks.plugin")]: true,
  name: "mark",
  version: "1.0.0",
  initialize: () => ({ afterResponse({ response }) { response.headers.set("x-mark", word); } }),
}`;

/** The entry stays as it is: what a version brings lies in another file. */
const packages = {
  "ECMAScript modules": {
    type: "module",
    entry: `import { word } from "./lib/word.js";\nexport default ${definition};\n`,
    word: (text: string) => `export const word = ${text};\n`,
  },
  CommonJS: {
    type: "commonjs",
    entry: `const { word } = require("./lib/word");\nmodule.exports = ${definition};\n`,
    word: (text: string) => `exports.word = ${text};\n`,
  },
} as const;
type Kind = keyof typeof packages;

/** Puts a version of the package where npm would. */
function install(
  project: Workspace,
  kind: Kind,
  { version, text = `"${version}"` }: { version: string; text?: string },
) {
  const { type, entry, word } = packages[kind];
  const manifest = { name: "backworks-plugin-mark", version, type, exports: "./index.js" };
  const folder = "node_modules/backworks-plugin-mark";
  project.write(`${folder}/lib/word.js`, word(text));
  project.write(`${folder}/index.js`, entry);
  project.write(`${folder}/package.json`, JSON.stringify(manifest));
}

async function markOf(url: string): Promise<unknown> {
  return (await ask(`${url}/hello`, { method: "GET" })).headers["x-mark"];
}

describe("a plugin that is replaced beside a running server", () => {
  it.each(Object.keys(packages) as Kind[])("is the one that was installed after a reload (%s)", async (kind) => {
    using project = createWorkspace();
    project.write("backworks.yaml", yaml);
    install(project, kind, { version: "1.0.0" });
    await using server = await startServer({ cwd: project.folder });
    const marks = [await markOf(server.url)];

    for (const version of ["1.1.0", "2.0.0"]) {
      install(project, kind, { version });
      const { code, stderr } = await runCommand(["reload"], { cwd: project.folder });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      marks.push(await markOf(server.url));
    }

    expect(marks).toEqual(["1.0.0", "1.1.0", "2.0.0"]);
  });

  it.each(Object.keys(packages) as Kind[])("goes on as it was when the next one does not load (%s)", async (kind) => {
    using project = createWorkspace();
    project.write("backworks.yaml", yaml);
    install(project, kind, { version: "1.0.0" });
    await using server = await startServer({ cwd: project.folder });
    install(project, kind, { version: "1.1.0", text: "nothing.at.all" });

    const refused = await runCommand(["reload"], { cwd: project.folder });
    const mark = await markOf(server.url);
    install(project, kind, { version: "1.1.1" });
    const mended = await runCommand(["reload"], { cwd: project.folder });

    expect(refused.code).toBe(3);
    expect(refused.stdout + refused.stderr).toContain("nothing is not defined");
    expect(mark).toBe("1.0.0");
    expect(mended.code).toBe(0);
    expect(await markOf(server.url)).toBe("1.1.1");
  });

  it("is loaded again when a file is saved that its own file imports", async () => {
    using project = createWorkspace();
    const { entry, word } = packages["ECMAScript modules"];
    project.write("backworks.yaml", yaml.replace("mark: {}", "mark: { module_path: ./mark.mjs }"));
    project.write("mark.mjs", entry);
    project.write("lib/word.js", word('"first"'));
    project.write("package.json", '{ "type": "module" }');
    await using server = await startServer({ cwd: project.folder }, ["--watch"]);
    const first = await markOf(server.url);

    project.write("lib/word.js", word('"second"'));
    while ((await markOf(server.url)) === first) await new Promise((resolve) => setTimeout(resolve, 50));

    expect([first, await markOf(server.url)]).toEqual(["first", "second"]);
  });
});
