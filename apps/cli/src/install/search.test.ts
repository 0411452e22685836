import { describe, expect, it } from "@jest/globals";
import { createProject } from "../testing/project.ts";
import { startRegistry } from "../testing/registry.ts";

const keywords = ["backworks-plugin"];
const packages = [
  { name: "backworks-plugin-cache", version: "1.0.0", manifest: { keywords, description: "An old cache" }, files: {} },
  { name: "backworks-plugin-cache", version: "1.2.0", manifest: { keywords, description: "A cache" }, files: {} },
  { name: "@acme/backworks-plugin-mail", version: "0.3.0", manifest: { keywords, description: "Mail" }, files: {} },
  // It only talks of it.
  { name: "stray", version: "9.0.0", manifest: { description: "not a backworks-plugin with a cache" }, files: {} },
];
const yaml = "name: shop\nendpoints: {}\nplugins: { cache: { enabled: true } }\n";

describe("plugins search", () => {
  it("lists plugins of the registry, marking those that the configuration enables", async () => {
    await using registry = await startRegistry(packages);
    using project = createProject({ "backworks.yaml": yaml });

    const ran = await project.run("plugins search", { env: { ...registry.env, PATH: process.env["PATH"] } });

    expect(ran.out).toMatch(/● backworks-plugin-cache +1\.2\.0 +A cache\n/);
    expect(ran.out).toMatch(/ {2}@acme\/backworks-plugin-mail +0\.3\.0 +Mail\n/);
    expect(ran.out).not.toContain("stray");
  });

  it("finds those that are about words, as JSON too, and where there is no configuration", async () => {
    await using registry = await startRegistry(packages);
    using project = createProject({});

    const ran = await project.run("plugins search mail --json", {
      env: { ...registry.env, PATH: process.env["PATH"] },
    });

    expect(ran.json()).toEqual([
      { name: "@acme/backworks-plugin-mail", version: "0.3.0", description: "Mail", enabled: false },
    ]);
  });

  it("says that there is none", async () => {
    await using registry = await startRegistry(packages);
    using project = createProject({});

    const ran = await project.run("plugins search chess", { env: { ...registry.env, PATH: process.env["PATH"] } });

    expect(ran).toMatchObject({ code: 0, out: "no plugin is about chess\n" });
  });

  it("shows no more than it is asked for", async () => {
    await using registry = await startRegistry(packages);
    using project = createProject({});

    expect(
      (
        await project.run("plugins search --limit 1 --json", { env: { ...registry.env, PATH: process.env["PATH"] } })
      ).json(),
    ).toHaveLength(1);
  });

  it("says that the registry cannot be reached", async () => {
    using project = createProject({});

    const ran = await project.run("plugins search", {
      env: { PATH: process.env["PATH"], npm_config_registry: "http://127.0.0.1:9/" },
    });

    expect(ran.code).not.toBe(0);
    expect(ran.err).toContain("BW_CLI_REGISTRY_FAILED");
  });
});
