import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { serve } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { ownFolder } from "./own-package.ts";
import { createProject } from "./testing/project.ts";

const shop = `name: shop
version: "2"
server: { base_path: /v1 }
endpoints:
  hello: { path: "/hello/{name}", mock: { data: { text: "Hello, \${path.name}!" } } }
  orders:
    path: /orders/{id:int}
    mock:
      rules:
        - when: { headers: { x-plan: pro } }
          respond: { body: { plan: pro } }
        - respond: { status: 404, body: { plan: none } }
`;
const broken = "name: shop\nendpoints:\n  a: { pth: /a, mock: { data: 1 } }\n  b: { path: b, mock: { data: 1 } }\n";

describe("validate", () => {
  it("ends with 0 and one line when everything holds", async () => {
    using project = createProject({ "backworks.yaml": shop });

    expect(await project.run("validate")).toMatchObject({ code: 0, out: "✓ shop is valid: 2 endpoints\n", err: "" });
    expect(await project.run("validate --quiet")).toMatchObject({ code: 0, out: "" });
    expect((await project.run("validate --json")).json()).toMatchObject({ valid: true, endpoints: 2 });
  });

  it("shows every mistake with its place, and ends with 3", async () => {
    using project = createProject({ "other.yaml": broken });

    const ran = await project.run("validate other.yaml");

    expect(ran).toMatchObject({ code: 3, err: "" });
    expect(ran.out).toContain("other.yaml:3:8  unknown key pth");
    expect(ran.out).toContain("did you mean path?");
    expect(ran.out).toMatch(/other\.yaml:4:\d+/);
  });

  it("gives them as JSON", async () => {
    using project = createProject({ "backworks.yaml": broken });

    const report = (await project.run("validate --json")).json();

    expect(report).toMatchObject({
      valid: false,
      errors: [{ code: "BW_CONFIG_UNKNOWN_KEY", file: "backworks.yaml", line: 3, column: 8 }, expect.anything()],
    });
  });

  it("checks the environment that is asked for", async () => {
    using project = createProject({
      "backworks.yaml": `${shop}environments: { production: { version: "\${RELEASE}" } }\n`,
    });

    expect((await project.run("validate")).code).toBe(0);
    expect((await project.run("validate -e production")).code).toBe(3);
  });

  it.each([["validate"], ["start"], ["dev"], ["routes"], ["try GET /"], ["doctor"]])(
    "%s says what it looked for when there is no configuration, without a stack",
    async (words) => {
      using project = createProject();

      const ran = await project.run(words);

      expect([3, 7]).toContain(ran.code);
      expect(ran.out + ran.err).toContain("backworks.yaml, backworks.yml, project.yaml");
      expect(ran.out + ran.err).not.toMatch(/^\s+at /m);
    },
  );
});

describe("routes", () => {
  it("lists methods and paths with the base path", async () => {
    using project = createProject({ "backworks.yaml": shop });

    const ran = await project.run("routes");

    expect(ran.out).toMatch(/GET +\/v1\/hello\/\{name\} +hello +mock/);
    expect((await project.run("routes --json")).json()).toContainEqual(
      expect.objectContaining({ method: "GET", path: "/v1/orders/{id:int}", endpoint: "orders" }),
    );
  });

  it("finds the route of a request with its parameters", async () => {
    using project = createProject({ "backworks.yaml": shop });

    const found = await project.run("routes --match 'GET /v1/orders/7' --json");
    const missed = await project.run("routes --match 'GET /orders/7'");

    expect(found.json()).toMatchObject({ matched: true, route: { endpoint: "orders" }, params: { id: 7 } });
    expect(missed.code).toBe(7);
    expect((await project.run("routes --match /orders/7")).code).toBe(2);
  });
});

describe("explain", () => {
  it("shows every rule, what failed, and the line of the winner", async () => {
    using project = createProject({ "backworks.yaml": shop });

    const ran = await project.run("explain GET /v1/orders/7 -H 'x-plan: free'");

    expect(ran.code).toBe(0);
    expect(ran.out).toContain("✗ headers.x-plan");
    expect(ran.out).toMatch(/➜ rules\[1\].*backworks\.yaml:12 +answers/);
    expect((await project.run("explain GET /v1/orders/7 -H x-plan:pro --json")).json()).toMatchObject({
      route: { endpoint: "orders" },
      rules: [{ chosen: true, place: { file: "backworks.yaml", line: 10 } }, { chosen: false }],
    });
  });

  it("ends with 7 and a hint when nothing answers", async () => {
    using project = createProject({ "backworks.yaml": shop });

    const ran = await project.run("explain POST /v1/hello/x");

    expect(ran.code).toBe(7);
    expect(ran.out).toContain("hint: /v1/hello/x answers GET");
  });
});

describe("try", () => {
  it("answers without a port", async () => {
    using project = createProject({ "backworks.yaml": shop });

    const ran = await project.run("try GET /v1/hello/Ada");

    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^HTTP 200\ncontent-type: application\/json/);
    expect(ran.out).toContain('\n\n{"text":"Hello, Ada!"}\n');
    expect((await project.run("try GET '/v1/hello/Zoë M.' -q")).out).toBe('{"text":"Hello, Zoë M.!"}\n');
    expect((await project.run("try get /v1/hello/Ada -q")).out).toBe('{"text":"Hello, Ada!"}\n');
  });

  it("sends headers and a body, whose type it sees", async () => {
    const yaml =
      "endpoints:\n  e: { path: /e, method: POST, mock: { data: '${request.headers} ${request.body.a}' } }\n";
    using project = createProject({ "backworks.yaml": `name: echo\n${yaml}` });

    const json = await project.run(`try POST /e -H 'X-A: 1' -d '{"a":"json"}' -q`);
    const form = await project.run("try POST /e -d a=form -q");
    project.write("body.json", '{ "a": "kept" }');
    const kept = await project.run("try POST /e -d @body.json -q");

    expect(json.out).toMatch(/"x-a":"1".*"content-type":"application\/json".* json/);
    expect(form.out).toMatch(/x-www-form-urlencoded.* form/);
    expect(kept.out).toMatch(/"content-type":"application\/json".* kept/);
    expect(await project.run("try POST /e -d @none.json")).toMatchObject({
      code: 2,
      err: expect.stringContaining("none.json of --data cannot be read"),
    });
  });

  it("shows JSON as it came: no digit is lost, and null is no text", async () => {
    const json = "headers: { content-type: application/json }, body:";
    using project = createProject({
      "backworks.yaml": `name: x\nendpoints:\n  long: { path: /long, mock: { ${json} '{"n":12345678901234567890}' } }\n  none: { path: /none, mock: { ${json} 'null' } }\n`,
    });

    expect((await project.run("try GET /long -q --color")).out).toBe('{"n":12345678901234567890}\n');
    expect((await project.run("try GET /none --json")).json()).toMatchObject({ status: 200, body: null });
  });

  it("says that a connection which a fault cuts leaves it without an answer", async () => {
    using project = createProject({
      "backworks.yaml": "name: x\nendpoints:\n  a: { path: /a, mock: { rules: [ { fault: reset } ] } }\n",
    });

    expect(await project.run("try GET /a")).toMatchObject({ code: 1, err: expect.stringContaining("socket hang up") });
  });

  it("ends what it opened when a plugin does not start", async () => {
    using project = createProject({
      "backworks.yaml":
        "name: x\nplugins: { counter: { module_path: ./counter.mjs } }\nendpoints: { a: { path: /a, mock: { data: 1 } } }\n",
      "counter.mjs": `import { writeFileSync } from "node:fs";
export default {
  name: "counter",
  version: "1.0.0",
  initialize: () => ({
    start() { throw new Error("no start"); },
    cleanup() { writeFileSync(new URL("ended", import.meta.url), "cleaned up"); },
  }),
};
`,
    });

    const ran = await project.run("try GET /a");

    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("no start") });
    expect(project.read("ended")).toBe("cleaned up");
  });

  it.each([["try GET users"], ["try 7 /users"], ["try GET /users -H nonsense"]])("refuses %s", async (words) => {
    using project = createProject({ "backworks.yaml": shop });

    expect((await project.run(words)).code).toBe(2);
  });
});

describe("schema", () => {
  it("is JSON Schema, on standard output or in a file", async () => {
    using project = createProject();

    const ran = await project.run("schema");
    await project.run("schema -o s.json");

    expect(ran.json()).toMatchObject({ $schema: expect.stringContaining("draft-07") });
    expect(project.read("s.json")).toBe(ran.out);
  });
});

describe("init", () => {
  it.each([["minimal"], ["crud"], ["rules"]])("writes a project of %s that is valid", async (template) => {
    using project = createProject();

    const ran = await project.run(`init ${template} --json`);

    expect(ran.json()).toMatchObject({ template, kept: [] });
    expect(project.read("backworks.yaml")).toMatch(/^# yaml-language-server: \$schema=\.\/backworks\.schema\.json\n/);
    expect(project.read(".gitignore")).toContain(".backworks/");
    expect(await project.run("validate")).toMatchObject({ code: 0 });
  });

  it("never overwrites: files stay, and a configuration makes it refuse", async () => {
    using project = createProject({ "README.md": "mine" });

    const first = await project.run("init");
    const second = await project.run("init crud");

    expect(first.out).toContain("= README.md was there and stays as it is");
    expect(project.read("README.md")).toBe("mine");
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining("BW_CLI_FILE_EXISTS") });
  });

  it("suggests the template that was meant", async () => {
    using project = createProject();

    expect(await project.run("init crdu")).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean crud?"),
    });
  });
});

describe("reload and status", () => {
  it("reach the server that runs the project", async () => {
    using project = createProject({ "backworks.yaml": shop });
    await using running = await serve({ cwd: project.folder, port: 0, control: true });

    const status = await project.run("status");
    const nothing = await project.run("reload");
    project.write("backworks.yaml", shop.replace("hello:", "greet:"));
    const changed = await project.run("reload --json");
    project.write("backworks.yaml", broken);
    const refused = await project.run("reload");

    expect(status.out).toContain(running.url);
    expect(nothing).toMatchObject({ code: 0, out: expect.stringContaining("nothing changed") });
    expect(changed.json()).toMatchObject({ reloaded: true, difference: { added: ["greet"], removed: ["hello"] } });
    expect(refused.code).toBe(3);
    expect(refused.out).toContain("unknown key pth");
    expect(refused.out).toContain("serves on");
  });

  it("say so when no server runs", async () => {
    using project = createProject({ "backworks.yaml": shop });

    expect(await project.run("status")).toMatchObject({ code: 1, err: expect.stringContaining("BW_CLI_NOT_RUNNING") });
    expect((await project.run("reload --json")).json()).toMatchObject({ event: "error", code: "BW_CLI_NOT_RUNNING" });
  });
});

describe("completion", () => {
  it.each([["bash"], ["zsh"], ["fish"]])("of %s knows commands and options", async (shell) => {
    using project = createProject();

    const ran = await project.run(`completion ${shell}`);

    for (const word of ["validate", "doctor", "environment"]) expect(ran.out).toContain(word);
  });

  it.each([
    ["plugins a", "add"],
    ["db s", "seed"],
    ["export o", "openapi"],
    ["db migrate --dat", "--database"],
    ["validate --envi", "--environment"],
  ])("of bash is a script that bash reads: %s", async (words, completed) => {
    using project = createProject();
    const { out } = await project.run("completion bash");

    const last = words.split(" ").length;
    const script = `${out}\nCOMP_WORDS=(backworks ${words}); COMP_CWORD=${last}; _backworks; echo "\${COMPREPLY[@]}"`;
    const ran = spawnSync("bash", ["-c", script], { encoding: "utf8" });

    expect(ran.stdout).toBe(`${completed}\n`);
  });
});

describe("the process", () => {
  const command = join(ownFolder(), "bin", "backworks.js");

  (existsSync("/dev/full") ? it : it.skip)("says that its output is not whole when nothing takes it", () => {
    using project = createProject({ "backworks.yaml": shop });
    const full = openSync("/dev/full", "w");

    const ran = spawnSync(process.execPath, [command, "routes"], {
      cwd: project.folder,
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });

    closeSync(full);
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining("the output is not whole: ENOSPC") });
  });

  it.each([
    [
      "initialize() { process.exit(0); }",
      "",
      /^process\.exit\(0\) was called by .*p\.mjs:1:\d+\)?: the command had not ended\n$/,
    ],
    [
      "initialize() {}",
      "await new Promise(() => {});",
      /^a module waits at its top level for something that never comes/,
    ],
  ])("tells what ended it, and takes that for no success: %s %s", (initialize, first, told) => {
    const plugin = `export default { name: "p", version: "1.0.0", ${initialize} };${first}`;
    using project = createProject({
      "backworks.yaml": `${shop}plugins: { p: { module_path: ./p.mjs } }\n`,
      "p.mjs": plugin,
    });

    const ran = spawnSync(process.execPath, [command, "validate"], { cwd: project.folder, encoding: "utf8" });

    expect(ran).toMatchObject({ status: 1, stdout: "" });
    expect(ran.stderr).toMatch(told);
  });

  (process.platform === "linux" ? it : it.skip)("works in a folder that was removed", () => {
    using project = createProject({ "kept/x": "" });
    const gone = join(project.folder, "gone");

    const script = `mkdir "$1" && cd "$1" && rmdir "$1" && "$2" "$3" validate`;
    const ran = spawnSync("sh", ["-c", script, "sh", gone, process.execPath, command], { encoding: "utf8" });

    expect(ran).toMatchObject({ status: 3, stdout: expect.stringContaining(gone) });
  });
});

describe("help", () => {
  it.each([["--help"], [""], ["help"]])("lists every command: %s", async (words) => {
    using project = createProject();

    const ran = await project.run(words);

    expect(ran.code).toBe(0);
    expect(ran.out).toMatchSnapshot();
  });

  it.each([["start --help"], ["help start"]])("explains one: %s", async (words) => {
    using project = createProject();

    expect((await project.run(words)).out).toContain("--next-port");
  });

  it.each(["db", "db --help", "help db"])("lists the commands that begin with a word: %s", async (words) => {
    using project = createProject();

    const ran = await project.run(words);

    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^backworks db\n {2}db migrate .*\n {2}db seed .*\n\nbackworks db <command> --help/);
  });

  it("lists those of plugins too, and tells `plugins --help` from `plugins`", async () => {
    using project = createProject({
      "backworks.yaml": "name: shop\nplugins: { rules: { module_path: ./rules.mjs } }\nendpoints: {}\n",
      "rules.mjs": `export default { name: "rules", version: "1.0.0", initialize: () => ({}),
        commands: [{ name: "export rules", description: "writes them", run() {} }] };`,
    });

    expect((await project.run("export --help")).out).toMatch(/ {2}export openapi .*\n {2}export rules +writes them\n/);
    expect((await project.run("plugins --help")).out).toContain("plugins add <name>");
    expect((await project.run("plugins")).out).toContain("rules");
  });

  it.each([
    ["strat", "did you mean start?"],
    ["plugins ad", "did you mean plugins add?"],
    ["--jsno", "did you mean --json?"],
    ["-V", "did you mean -v?"],
    ["db foo", "hint: db migrate, db seed"],
    ["export json", "hint: export openapi"],
    ["try GET http://localhost/a", "did you mean /a?"],
    ["--cwd . --environment x vlidate", "did you mean validate?"],
  ])("suggests what was meant by %s", async (words, hint) => {
    using project = createProject();

    expect(await project.run(words)).toMatchObject({ code: 2, err: expect.stringContaining(hint) });
  });
});
