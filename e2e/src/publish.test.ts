import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAuthor, nodeTypes, writeTools } from "./author.ts";
import type { Author } from "./author.ts";
import { runCommand, startCommand } from "./command.ts";
import { followGuide, guides } from "./guide.ts";
import { ask } from "./http.ts";
import { startRegistry } from "./registry.ts";
import type { Registry } from "./registry.ts";
import { copyRepository, prepareRelease } from "./release.ts";
import type { Release } from "./release.ts";
import { publishPlugins, travel } from "./road.ts";
import type { RoadPlugin } from "./road.ts";
import { waitUntilReady } from "./server.ts";
import { startUpstream } from "./upstream.ts";
import { createWorkspace, root } from "./workspace.ts";

const official = "@backworks/plugin-response-time";
const thirdParty = "backworks-plugin-greeting";
const disabled = "@backworks/plugin-ai";
const minutes = 60_000;

const yaml = `name: shop
mode: mock
endpoints:
  hello: { path: /hello, mock: { body: { hello: world } } }
plugins:
  response-time: { enabled: true }
  greeting: { enabled: true }
  ai: { enabled: false }
`;

/** Everything lies in the system's folder for temporary files: nothing of the repository is found from there. */
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "backworks-publish-")));
let registry: Registry;
let release: Release;

beforeAll(async () => {
  const copy = makeFolder("copy");
  registry = await startRegistry(makeFolder("registry"));
  copyRepository(copy);
  release = prepareRelease(copy, registry.env);
  release.version();
  release.publish();
  publishStray({ name: disabled, main: "throw new Error('the disabled plugin was imported')", peer: ">=1.0.0 <2" });
  publishFolder(realpathSync(path.join(root, "packages/mode-proxy/node_modules/undici")));
  publishCopy("zod", realpathSync(path.join(root, "packages/core/node_modules/zod")));
  for (const [name, folder] of Object.entries(nodeTypes())) publishCopy(name, folder);
  for (const folder of writeTools(makeFolder("tools"))) publishFolder(folder);
  publishStray({ name: "backworks-plugin-future", main: "export default {}", peer: ">=99.0.0" });
}, 6 * minutes);

afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

describe("published packages", () => {
  it(
    "serve from an empty folder with exactly the enabled plugins, and one core",
    async () => {
      const project = makeProject("project", yaml);
      const graph = path.join(scratch, "graph");
      await using server = await waitUntilReady(
        startCommand(["--yes", "@backworks/cli", "start", "--port", "0"], {
          cwd: project.folder,
          env: { ...project.env, NODE_OPTIONS: `--import ${writeRecorder(graph)}` },
          program: ["npx"],
          timeoutMs: minutes,
        }),
      );

      const answer = await ask(`${server.url}/hello`, { method: "GET" });

      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ hello: "world" });
      expect(answer.headers).toHaveProperty("x-response-time");
      expect(listInstalled(path.join(project.folder, ".backworks/plugins/node_modules"))).toEqual(
        ["@backworks/core", official, thirdParty].sort(),
      );
      const resolved = readGraph(graph);
      expect(resolved.filter((url) => url.includes("/plugin-ai/"))).toEqual([]);
      expect(resolved.some((url) => url.includes("plugin-response-time/"))).toBe(true);
      expect(resolved.some((url) => url.includes("plugin-greeting/"))).toBe(true);
      expect(new Set(resolved.filter((url) => url.endsWith("/core/dist/index.js"))).size).toBe(1);
      expect(readdirSync(project.folder).sort()).toEqual([".backworks", "backworks.yaml"]);
    },
    2 * minutes,
  );

  it(
    "leave no folder behind where no plugin is enabled",
    async () => {
      const project = makeProject("plain", yaml.replaceAll("enabled: true", "enabled: false"));
      await using server = await waitUntilReady(
        startCommand(["--yes", "@backworks/cli", "start", "--port", "0"], { ...npx(project), timeoutMs: minutes }),
      );

      const answer = await ask(`${server.url}/hello`, { method: "GET" });

      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty("x-response-time");
      expect(readdirSync(project.folder)).toEqual(["backworks.yaml"]);
    },
    2 * minutes,
  );

  it(
    "serve a mode that is a package",
    async () => {
      await using upstream = await startUpstream("from behind");
      const endpoints = `endpoints: { all: { path: /*, proxy: { target: "${upstream.url}" } } }`;
      const project = makeProject("mode", `name: gateway\n${endpoints}\n`);
      await using server = await waitUntilReady(
        startCommand(["--yes", "@backworks/cli", "start", "--port", "0"], { ...npx(project), timeoutMs: minutes }),
      );

      const answer = await ask(`${server.url}/any`, { method: "GET" });

      expect(answer.text).toBe("from behind");
      expect(listInstalled(path.join(project.folder, ".backworks/plugins/node_modules"))).toEqual(
        ["@backworks/core", "@backworks/mode-proxy", "undici"].sort(),
      );
    },
    2 * minutes,
  );

  it(
    "refuse an incompatible plugin with its range and the way out",
    async () => {
      const project = makeProject("refused", `${yaml}  future: { enabled: true }\n`);

      const result = await runCommand(["--yes", "@backworks/cli", "start", "--port", "0"], {
        ...npx(project),
        timeoutMs: minutes,
      });

      expect(result.code).toBe(4);
      expect(result.stderr + result.stdout).toContain("backworks-plugin-future");
      expect(result.stderr + result.stdout).toContain(">=99.0.0");
      expect(result.stderr + result.stdout).toMatch(/npx --yes @backworks\/cli@latest|version:/);
      expect(existsSync(path.join(project.folder, ".backworks"))).toBe(false);
    },
    2 * minutes,
  );
});

describe("a plugin that somebody begins", () => {
  it(
    "comes as far as the guide says, from nothing to its next version in a running server",
    async () => {
      for (const guide of guides) {
        using workspace = createWorkspace(undefined, scratch);

        const problems = await followGuide(path.join(root, guide), workspace, authorAt("reader").env);

        expect(problems).toEqual([]);
      }
    },
    5 * minutes,
  );

  it(
    "comes into a server under load and is replaced there, of whatever kind, without a lost request",
    async () => {
      const author = authorAt("author");
      await publishPlugins(roadPlugins, author);
      const project = makeProject("road", "");
      writeFileSync(path.join(project.folder, "package.json"), '{ "private": true }');
      await createAuthor(project.folder, project.env).run("", "npm", "install", "@backworks/cli");

      const { load, seconds, steps } = await travel(roadPlugins, project);

      expect(steps).toEqual(roadPlugins.flatMap(({ name }) => [`${name}@0.1.0`, `${name}@0.2.0`]));
      expect(load.failures).toEqual([]);
      expect(load.requests / seconds).toBeGreaterThan(100);
    },
    6 * minutes,
  );

  it.each([
    [["What is the plugin called?", "Kind [enhancement]:"], []],
    [["Kind [enhancement]:"], ["asked"]],
  ])("is asked for at a terminal, and for nothing that was given: %j", async (questions, words) => {
    const author = authorAt(`asked-${words.length}`);
    const answers = words.length === 0 ? "asked\nhandler\n" : "handler\n";
    const create = ["npx", "--yes", "create-backworks-plugin", ...words].join(" ");

    const shown = await author.run("", "sh", "-c", `printf '${answers}' | script -qefc '${create}' /dev/null`);

    for (const question of questions) expect(shown).toContain(question);
    expect(shown.includes("What is the plugin called?")).toBe(words.length === 0);
    expect(shown).toContain("backworks-plugin-asked, a handler plugin, in asked:");
  });
});

describe("the registry's plugins", () => {
  const call = (): { cwd: string; env: NodeJS.ProcessEnv } => {
    const { folder, env } = makeProject("looking", yaml);
    return { cwd: folder, env };
  };

  it("are found by their keyword and by words", async () => {
    const all = await runCommand(["plugins", "search", "--json"], call());
    const some = await runCommand(["plugins", "search", "greets", "--json"], call());
    const none = await runCommand(["plugins", "search", "chess"], call());

    expect(all.code).toBe(0);
    expect(namesIn(all.stdout)).toEqual(expect.arrayContaining([official, thirdParty]));
    expect(namesIn(all.stdout)).not.toContain("@backworks/cli");
    expect(namesIn(some.stdout)).toEqual([thirdParty]);
    expect(none.stdout).toBe("no plugin is about chess\n");
  });

  it("tell their options before they are installed", async () => {
    const { code, stdout, stderr } = await runCommand(["plugins", "info", thirdParty], call());

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^options +greeting: string = "Hello" {2}The first word$/m);
    expect(stdout).toMatch(/^enabled +no: backworks plugins add greeting$/m);
    expect(existsSync(path.join(scratch, "looking/.backworks"))).toBe(false);
  });

  it("are refused by name when there are none, or when they are something else", async () => {
    const unknown = await runCommand(["plugins", "info", "chess"], call());
    const other = await runCommand(["plugins", "info", "@backworks/core"], call());

    expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining("backworks-plugin-chess") });
    expect(other).toMatchObject({ code: 4, stderr: expect.stringContaining("BW_PLUGIN_INVALID") });
  });
});

function namesIn(json: string): readonly string[] {
  return (JSON.parse(json) as readonly { readonly name: string }[]).map(({ name }) => name);
}

/** Everybody who writes plugins has a folder, a home and a cache of npm of their own. */
function authorAt(name: string): Author {
  const own = { HOME: makeFolder(`${name}-home`), npm_config_cache: makeFolder(`${name}-cache`) };
  return createAuthor(makeFolder(name), { ...registry.env, ...own });
}

const roadPlugins: readonly RoadPlugin[] = [
  { name: "road-enhancement", kind: "enhancement", options: [] },
  { name: "road-handler", kind: "handler", options: ["path: /kept"] },
  { name: "road-middleware", kind: "middleware", options: [] },
  // Nobody listens there: requests do not mind.
  { name: "road-integration", kind: "integration", options: ["url: http://127.0.0.1:9/"] },
];

describe("a patch of core", () => {
  it(
    "releases the command with exactly that core, and no plugin",
    () => {
      const plugins = ["examples/plugins/backworks-plugin-greeting", "examples/plugins/plugin-response-time"];
      const before = plugins.map((folder) => release.manifest(folder).version);
      const command = release.manifest("apps/cli").version;
      release.addChangeset("a-patch", '---\n"@backworks/core": patch\n---\n\nMends something.\n');

      release.version();

      expect(release.manifest("apps/cli").version).not.toBe(command);
      expect(release.manifest("apps/cli").dependencies).toEqual({ "@backworks/core": "workspace:*" });
      expect(plugins.map((folder) => release.manifest(folder).version)).toEqual(before);
    },
    minutes,
  );
});

interface Project {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

function makeFolder(name: string): string {
  const folder = path.join(scratch, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A folder with one file, and a cache of npm that is empty. */
function makeProject(name: string, text: string): Project {
  const folder = makeFolder(name);
  writeFileSync(path.join(folder, "backworks.yaml"), text);
  return {
    folder,
    env: { ...registry.env, HOME: makeFolder(`${name}-home`), npm_config_cache: makeFolder(`${name}-cache`) },
  };
}

function npx({ folder, env }: Project): { cwd: string; env: NodeJS.ProcessEnv; program: [string] } {
  return { cwd: folder, env, program: ["npx"] };
}

/** A package made here, published by npm itself. */
function publishStray({ name, main, peer }: { name: string; main: string; peer: string }): void {
  const folder = makeFolder(`stray-${name.replace("/", "-")}`);
  const manifest = {
    name,
    version: "1.0.0",
    type: "module",
    exports: { ".": "./index.js", "./package.json": "./package.json" },
    backworks: { plugin: true, api: "^1.0.0" },
    peerDependencies: { "@backworks/core": peer },
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(folder, "index.js"), main);
  publishFolder(folder);
}

/** Publishes what lies in a folder, without running any of its scripts. */
function publishFolder(folder: string): void {
  execFileSync("npm", ["publish", "--ignore-scripts"], {
    cwd: folder,
    env: { ...process.env, ...registry.env },
    stdio: "pipe",
    timeout: minutes,
  });
}

/** The same for a package whose manifest names tools that npm stumbles over where pnpm keeps it. */
function publishCopy(name: string, from: string): void {
  const folder = makeFolder(`copy-${name}`);
  cpSync(from, folder, { recursive: true, filter: (file) => path.basename(file) !== "node_modules" });
  const file = path.join(folder, "package.json");
  const {
    devDependencies: _tools,
    scripts: _scripts,
    ...manifest
  } = JSON.parse(readFileSync(file, "utf8")) as object & {
    devDependencies?: unknown;
    scripts?: unknown;
  };
  writeFileSync(file, JSON.stringify(manifest));
  publishFolder(folder);
}

/** A module that writes every URL any process of the run resolves; returns its address for `--import`. */
function writeRecorder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const hooks = path.join(scratch, "hooks.mjs");
  writeFileSync(
    hooks,
    `import { appendFileSync } from "node:fs";
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  appendFileSync(${JSON.stringify(folder)} + "/" + process.pid, found.url + "\\n");
  return found;
}
`,
  );
  const recorder = path.join(scratch, "recorder.mjs");
  writeFileSync(
    recorder,
    `import { register } from "node:module";\nregister(${JSON.stringify(pathToFileURL(hooks).href)});\n`,
  );
  return recorder;
}

function readGraph(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => readFileSync(path.join(folder, name), "utf8").trim().split("\n"));
}

/** Names of the packages directly below a node_modules folder, sorted. */
function listInstalled(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(path.join(folder, name)).map((below) => `${name}/${below}`) : [name],
    )
    .sort();
}
