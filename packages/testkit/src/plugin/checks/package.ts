import { createRequire } from "node:module";
import { pluginApiVersion, satisfies } from "@backworks/core";
import { NotJudged } from "../../check.ts";
import type { Finding } from "../../check.ts";
import { valueText } from "../../value-text.ts";
import type { PackageFacts } from "../inspect-package.ts";
import type { PluginRule } from "./rule.ts";

type Facts = PackageFacts & { readonly manifest: Readonly<Record<string, unknown>> };
type Judge = (facts: Facts) => Finding | undefined | Promise<Finding | undefined>;

const installScripts = ["preinstall", "install", "postinstall", "prepare"];
const core = "@backworks/core";

/** What the package says of itself, and what importing it does. */
export const packageRules: readonly PluginRule[] = [
  rule("can be imported", "import of the package gives the plugin as its default.", ({ imported }) => {
    const mend = "name the built file in exports, and export the plugin as default";
    if (imported.error !== undefined) return { found: imported.error, mend };
    return imported.isPlugin ? undefined : { found: "the default export is no plugin", mend };
  }),
  rule("can be required", "require gives the same: CommonJS programs embed Backworks too.", ({ imported }) => {
    if (imported.error !== undefined || imported.requireError === undefined) return undefined;
    return { found: imported.requireError, mend: "await nothing at the top of a module; do it in initialize" };
  }),
  rule(
    "costs nothing while it is disabled",
    "Importing the package, which is all that happens to a plugin nobody enabled, opens nothing.",
    ({ imported }) =>
      imported.leaves.length === 0
        ? undefined
        : {
            found: imported.leaves.join(", "),
            mend: "do at the top of a module nothing but define; begin work in start",
          },
  ),
  rule(
    "writes nothing when it is imported",
    "What is printed at the top of a module ends in the output of other programs.",
    ({ imported }) =>
      imported.writes ? { found: "output on import", mend: "write through context.logger" } : undefined,
  ),
  rule(
    "says that it is a plugin",
    "backworks.plugin and backworks.api are read before any code of the package runs.",
    async ({ manifest }) => {
      const { plugin, api } = toObject(manifest["backworks"]);
      const mend = `write "backworks": { "plugin": true, "api": "^${pluginApiVersion}" }`;
      if (plugin !== true || typeof api !== "string") return { found: valueText(manifest["backworks"]), mend };
      return (await satisfies(pluginApiVersion, api))
        ? undefined
        : { found: `api ${api}, and the contract is ${pluginApiVersion}`, mend };
    },
  ),
  rule("can be found", "backworks plugins search looks for the keyword.", ({ manifest }) => {
    const { keywords } = manifest;
    if (Array.isArray(keywords) && keywords.includes("backworks-plugin")) return undefined;
    return { found: valueText(keywords), mend: 'write "keywords": ["backworks-plugin"]' };
  }),
  rule("has core as a peer", "There is one core, that of the running command.", async ({ manifest }) => {
    const mend = `write "peerDependencies": { "${core}": ">=1.0.0 <2" }, and core nowhere else but in devDependencies`;
    if (core in toObject(manifest["dependencies"])) return { found: "core among dependencies", mend };
    const range = toObject(manifest["peerDependencies"])[core];
    if (typeof range !== "string") return { found: "no peer range of core", mend };
    const version = installedCore();
    if (await satisfies(version, range.replace(/^workspace:/, ""))) return undefined;
    return { found: `${range} does not hold ${version}, which is installed`, mend };
  }),
  rule("has no install scripts", "Backworks installs plugins with scripts off.", ({ manifest }) => {
    const found = installScripts.filter((name) => name in toObject(manifest["scripts"]));
    return found.length === 0 ? undefined : { found: found.join(", "), mend: "build before you publish: prepack" };
  }),
  rule(
    "has the version of the plugin",
    "What backworks plugins list shows is what was installed.",
    ({ manifest, imported }) => {
      if (imported.version === undefined || imported.version === manifest["version"]) return undefined;
      const found = `the plugin says ${imported.version}, package.json ${valueText(manifest["version"])}`;
      return { found, mend: "raise both in the release script" };
    },
  ),
  rule("exports its package.json", "Tools read it through exports.", ({ manifest }) =>
    "./package.json" in toObject(manifest["exports"])
      ? undefined
      : { found: "no ./package.json among exports", mend: 'write "./package.json": "./package.json"' },
  ),
  rule(
    "has every file it exports",
    "A name among exports that leads nowhere is seen by the first who installs it.",
    ({ missing }) =>
      missing.length === 0
        ? undefined
        : { found: missing.join(", "), mend: "build before testing, and look at exports" },
  ),
  rule("names the Node it runs on", "engines tells npm before the first start does.", async ({ manifest }) => {
    const { node } = toObject(manifest["engines"]);
    if (typeof node === "string" && (await satisfies(process.versions.node, node))) return undefined;
    return { found: valueText(node), mend: 'write "engines": { "node": ">=20.19" }' };
  }),
];

function rule(what: string, sentence: string, judge: Judge): PluginRule {
  return {
    name: `package: ${what}`,
    sentence,
    async judge(scenes) {
      const { packageFolder } = scenes.subject;
      if (packageFolder === undefined) throw new NotJudged("no packageFolder was given");
      const { manifest, ...facts } = await scenes.package(packageFolder);
      if (manifest === undefined)
        return { found: `no package.json in ${packageFolder}`, mend: "give the folder of the package" };
      return judge({ ...facts, manifest });
    },
  };
}

function installedCore(): string {
  // Core exports its package.json.
  const { version } = createRequire(import.meta.url)(`${core}/package.json`) as { version: string };
  return version;
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
