import { existsSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { openPluginFolder } from "./folder.ts";
import { installPackages } from "./install.ts";
import type { NpmRun } from "./npm.ts";
import { relinkFolder } from "./relink.ts";
import { runningCore } from "../own-package.ts";
import { createProject } from "../testing/project.ts";
import { startRegistry } from "../testing/registry.ts";
import type { ServedPackage } from "../testing/registry.ts";

// npm itself runs here, several times in a test
jest.setTimeout(60_000);

const core = runningCore();

function plugin(name: string, version = "1.0.0", peer = "^1.0.0"): ServedPackage {
  const short = name.replace(/^.*plugin-/, "");
  const code = `import { definePlugin } from "@backworks/core";
export default definePlugin({ name: "${short}", version: "${version}", initialize() {
  return { afterResponse(exchange) { exchange.response.headers.set("x-${short}", "${version}"); } };
} });`;
  return {
    name,
    version,
    manifest: { peerDependencies: { "@backworks/core": peer }, scripts: { postinstall: 'node -e "process.exit(9)"' } },
    files: { "index.js": code },
  };
}

function yaml(plugins: string): string {
  return `name: shop\nplugins:\n${plugins}endpoints:\n  hello: { path: /hello, mock: { data: hi } }\n`;
}

describe("packages that the configuration enables", () => {
  it("are installed from the registry when that is allowed, with one core and without scripts", async () => {
    await using registry = await startRegistry([plugin("@backworks/plugin-one"), plugin("backworks-plugin-two")]);
    using project = createProject({
      "backworks.yaml": yaml("  one: {}\n  two: {}\n  three: { enabled: false }\n"),
    });

    const ran = await project.run("try GET /hello --install --json", { env: { ...process.env, ...registry.env } });

    expect(ran).toMatchObject({ code: 0 });
    expect(ran.json()).toMatchObject({ status: 200, headers: { "x-one": "1.0.0", "x-two": "1.0.0" } });
    const manifest = JSON.parse(project.read(".backworks/plugins/package.json")) as { dependencies: object };
    expect(manifest.dependencies).toEqual({
      "@backworks/core": `file:${core.folder}`,
      "@backworks/plugin-one": "1.0.0",
      "backworks-plugin-two": "1.0.0",
    });
    const linked = realpathSync(join(project.folder, ".backworks/plugins/node_modules/@backworks/core"));
    expect(linked).toBe(core.folder);
    expect(registry.asked.join(" ")).not.toContain("three");
  });

  it("are replaced where the configuration asks for another version, and only those", async () => {
    const packages = ["1.0.0", "1.1.0", "2.0.0"].map((version) => plugin("backworks-plugin-one", version));
    await using registry = await startRegistry([...packages, plugin("backworks-plugin-two")]);
    const env = { ...process.env, ...registry.env };
    using project = createProject({
      "backworks.yaml": yaml('  one: { version: "1.0.0" }\n  two: {}\n'),
    });
    await project.run("validate --install", { env });

    project.write("backworks.yaml", yaml("  one: { version: ^1.1.0 }\n  two: {}\n"));
    const refused = await project.run("validate --no-install", { env });
    const asked = await project.run("plugins add one@2.0.0 --yes", { env });
    const ran = await project.run("validate", { env });

    expect(refused).toMatchObject({ code: 4, out: expect.stringContaining("run backworks validate --yes, or npm") });
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining("✓ backworks-plugin-one@2.0.0") });
    expect(project.read("backworks.yaml")).toContain('one: { version: "2.0.0" }');
    expect(ran.code).toBe(0);
    const manifest = JSON.parse(project.read(".backworks/plugins/package.json")) as { dependencies: object };
    expect(manifest.dependencies).toMatchObject({ "backworks-plugin-one": "2.0.0", "backworks-plugin-two": "1.0.0" });
  });

  it("are nothing to the disabled ones: without an enabled plugin there is no folder", async () => {
    using project = createProject({ "backworks.yaml": yaml("  three: { enabled: false }\n") });

    const ran = await project.run("try GET /hello --install --json");

    expect(ran.code).toBe(0);
    expect(existsSync(join(project.folder, ".backworks"))).toBe(false);
  });

  it.each([["--no-install"], ["--json"], [""]])(
    "are named with the exact command when nobody allows it: %s",
    async (flag) => {
      using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });

      const ran = await project.run(`try GET /hello ${flag}`);

      expect(ran.code).toBe(4);
      expect(ran.out + ran.err).toContain("BW_PLUGIN_NOT_FOUND");
      expect(ran.out + ran.err).toContain("--yes, or npm install @backworks/plugin-one");
      expect(existsSync(join(project.folder, ".backworks"))).toBe(false);
    },
  );

  it("are left out when a person says no, and installed when they say yes", async () => {
    await using registry = await startRegistry([plugin("@backworks/plugin-one")]);
    using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });
    const env = { ...process.env, ...registry.env };

    const no = await project.run("try GET /hello", { env, interactive: true, typed: "n\n" });
    const yes = await project.run("try GET /hello", { env, interactive: true, typed: "\n" });

    expect(no.code).toBe(4);
    expect(no.out).toContain("@backworks/plugin-one@1.0.0");
    expect(yes.code).toBe(0);
  });

  it("that are written for another core are refused with their range and the version that fits", async () => {
    const old = plugin("backworks-plugin-one", "1.4.2");
    await using registry = await startRegistry([old, plugin("backworks-plugin-one", "2.0.0", "^9.0.0")]);
    using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });

    const ran = await project.run("try GET /hello --yes", { env: { ...process.env, ...registry.env } });

    expect(ran.code).toBe(4);
    expect(ran.err).toContain("backworks-plugin-one 2.0.0 does not fit: it is written for @backworks/core ^9.0.0");
    expect(ran.err).toContain('version: "1.4.2"');
    expect(existsSync(join(project.folder, ".backworks"))).toBe(false);
  });

  it("that the registry does not have are refused", async () => {
    await using registry = await startRegistry([]);
    using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });

    const ran = await project.run("try GET /hello --yes --json", { env: { ...process.env, ...registry.env } });

    expect(ran.code).toBe(4);
    expect(ran.json()).toMatchObject({ code: "BW_CLI_PACKAGE_UNKNOWN" });
  });

  it("wait when the registry is not reachable, with the command to run later", async () => {
    using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });
    const env = { ...process.env, npm_config_registry: "http://127.0.0.1:9/", npm_config_cache: project.folder };

    const ran = await project.run("try GET /hello --yes", { env });

    expect(ran.code).toBe(4);
    expect(ran.err).toContain("the registry is not reachable; later run backworks try GET /hello --yes");
  });

  it("cannot be installed without npm", async () => {
    using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });

    const ran = await project.run("try GET /hello --yes", { env: { PATH: project.folder } });

    expect(ran).toMatchObject({ code: 4, err: expect.stringContaining("BW_CLI_NPM_MISSING") });
  });

  it("follow the configuration: what is not enabled any more goes with the next installation", async () => {
    await using registry = await startRegistry([plugin("@backworks/plugin-one"), plugin("@backworks/plugin-two")]);
    using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });
    const env = { ...process.env, ...registry.env };
    await project.run("try GET /hello --yes", { env });

    project.write("backworks.yaml", yaml("  two: {}\n"));
    const ran = await project.run("try GET /hello --yes", { env });

    const modules = join(project.folder, ".backworks/plugins/node_modules/@backworks");
    expect(ran.code).toBe(0);
    expect(existsSync(join(modules, "plugin-one"))).toBe(false);
    expect(existsSync(join(modules, "plugin-two"))).toBe(true);
  });

  it("are linked anew when the link leads to a core that is gone", async () => {
    await using registry = await startRegistry([plugin("@backworks/plugin-one")]);
    using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });
    await project.run("try GET /hello --yes", { env: { ...process.env, ...registry.env } });
    const link = join(project.folder, ".backworks/plugins/node_modules/@backworks/core");
    rmSync(link);
    symlinkSync(join(project.folder, "gone"), link);

    const ran = await project.run("try GET /hello --no-install --json");

    expect(ran.json()).toMatchObject({ status: 200, headers: { "x-one": "1.0.0" } });
    expect(realpathSync(link)).toBe(core.folder);
  });

  it("are not linked to a core they are not written for", async () => {
    await using registry = await startRegistry([plugin("@backworks/plugin-one")]);
    using project = createProject({ "backworks.yaml": yaml("  one: {}\n") });
    await project.run("try GET /hello --yes", { env: { ...process.env, ...registry.env } });
    const folder = openPluginFolder(join(project.folder, ".backworks/plugins"));

    const relinked = relinkFolder(folder, { version: "2.0.0", folder: project.folder });

    await expect(relinked).rejects.toMatchObject({ code: "BW_CLI_PACKAGE_INCOMPATIBLE" });
    expect(folder.linksElsewhere(core)).toBe(false);
  });
});

describe("installPackages", () => {
  it("shows what npm said, and leaves the folder as it was", async () => {
    using project = createProject();
    const folder = openPluginFolder(join(project.folder, ".backworks/plugins"));
    const npm = async (): Promise<NpmRun> => ({
      code: 1,
      output: "",
      errors: "npm error code EIEIO\nnpm error on the farm\n",
    });

    const installed = installPackages({ a: "1.0.0" }, folder, { npm, core });

    await expect(installed).rejects.toMatchObject({ code: "BW_CLI_INSTALL_FAILED", hint: "npm said:\non the farm" });
    expect(existsSync(join(project.folder, ".backworks"))).toBe(false);
  });

  it.each([
    ["ENOTFOUND", "BW_CLI_REGISTRY_FAILED"],
    ["E401", "BW_CLI_REGISTRY_FAILED"],
    ["E503", "BW_CLI_REGISTRY_FAILED"],
    ["E404", "BW_CLI_INSTALL_FAILED"],
  ])("tells %s as %s", async (code, expected) => {
    using project = createProject();
    const folder = openPluginFolder(join(project.folder, ".backworks/plugins"));
    const npm = async (): Promise<NpmRun> => ({ code: 1, output: "", errors: `npm error code ${code}\nnpm error x\n` });

    await expect(installPackages({ a: "1.0.0" }, folder, { npm, core })).rejects.toMatchObject({ code: expected });
  });

  it("names the range of a plugin that npm cannot place", async () => {
    using project = createProject();
    const folder = openPluginFolder(join(project.folder, ".backworks/plugins"));
    const errors = `npm error code ERESOLVE
npm error ERESOLVE unable to resolve dependency tree
npm error Could not resolve dependency:
npm error peer @backworks/core@"^2.0.0" from backworks-plugin-x@3.1.0
`;
    const npm = async (): Promise<NpmRun> => ({ code: 1, output: "", errors });

    await expect(installPackages({ "backworks-plugin-x": "3.1.0" }, folder, { npm, core })).rejects.toMatchObject({
      code: "BW_CLI_PACKAGE_INCOMPATIBLE",
      details: { package: "backworks-plugin-x", version: "3.1.0", range: "@backworks/core ^2.0.0" },
    });
  });
});
