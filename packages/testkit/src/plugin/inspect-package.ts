import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a package says of itself, and what becomes of a process that imports it. */
export interface PackageFacts {
  /** `undefined` when the folder has no readable one. */
  readonly manifest: Readonly<Record<string, unknown>> | undefined;
  /** Paths below the folder that `exports` names and that are not there. */
  readonly missing: readonly string[];
  readonly imported: ImportFacts;
}

/** What happens on `import` and on `require`, each in a process of its own. */
export interface ImportFacts {
  /** Why it cannot be imported. */
  readonly error: string | undefined;
  /** Why it cannot be required. */
  readonly requireError: string | undefined;
  /** Whether the default export is a plugin. */
  readonly isPlugin: boolean;
  /** Version of the plugin. */
  readonly version: string | undefined;
  /** What is open afterwards: resources, listeners of the process, globals. */
  readonly leaves: readonly string[];
  /** Whether it wrote something. */
  readonly writes: boolean;
}

const probe = `
import { createHook } from "node:async_hooks";
import { createRequire } from "node:module";
const [name, way] = process.argv.slice(1);
const kinds = new Set(["Timeout", "TCPWRAP", "TCPSERVERWRAP", "PIPEWRAP", "PIPESERVERWRAP", "UDPWRAP", "PROCESSWRAP", "FSEVENTWRAP", "STATWATCHER", "WORKER"]);
const open = new Map();
const names = () => new Set([...Object.getOwnPropertyNames(globalThis).map((key) => "global " + key), ...process.eventNames().map((key) => "listener of " + String(key))]);
// Core is there before any plugin is.
await import("@backworks/core").catch(() => {});
const before = names();
let wrote = false;
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write = () => (wrote = true);
createHook({ init: (id, type) => kinds.has(type) && open.set(id, type), destroy: (id) => open.delete(id) }).enable();
const facts = { isPlugin: false, leaves: [], writes: false };
try {
  const module = way === "require" ? createRequire(process.cwd() + "/")(name) : await import(name);
  // CommonJS has it one level deeper.
  const isPlugin = (value) => value?.[Symbol.for("backworks.plugin")] === true;
  const plugin = [module.default?.default, module.default].find(isPlugin);
  facts.isPlugin = plugin !== undefined;
  facts.version = plugin?.version;
  await new Promise((resolve) => setImmediate(resolve));
  facts.leaves = [...[...names()].filter((key) => !before.has(key)), ...open.values()];
} catch (error) {
  facts.error = String(error?.message ?? error);
}
facts.writes = wrote;
write("@@" + JSON.stringify(facts));
process.exit(0);
`;

interface ProbeFacts extends Omit<ImportFacts, "error" | "requireError"> {
  readonly error?: string;
}

export async function inspectPackage(folder: string): Promise<PackageFacts> {
  const manifest = readManifest(folder);
  const name = String(manifest?.["name"]);
  const imported = await runProbe(folder, [name, "import"]);
  const required = await runProbe(folder, [name, "require"]);
  return {
    manifest,
    missing: targetsOf(manifest?.["exports"]).filter((target) => !existsSync(join(folder, target))),
    imported: { ...imported, error: imported.error, version: imported.version, requireError: required.error },
  };
}

function readManifest(folder: string): Record<string, unknown> | undefined {
  try {
    // A JSON object; every member is still unknown.
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Files that `exports` names, patterns left out. */
function targetsOf(exported: unknown): readonly string[] {
  if (typeof exported === "string") return exported.includes("*") ? [] : [exported];
  if (typeof exported !== "object" || exported === null) return [];
  return Object.values(exported).flatMap(targetsOf);
}

const longestMs = 20_000;

function runProbe(folder: string, words: readonly string[]): Promise<ProbeFacts> {
  const given = ["--no-warnings", "--input-type=module", "-e", probe, ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, given, { cwd: folder, timeout: longestMs }, (error, stdout, stderr) => {
      const text = stdout.split("@@").at(-1) ?? "";
      try {
        resolve(JSON.parse(text) as ProbeFacts);
      } catch {
        const problem =
          error?.killed === true
            ? `importing it takes more than ${longestMs} ms`
            : stderr || (error?.message ?? "it says nothing");
        resolve({ error: problem, isPlugin: false, version: undefined, leaves: [], writes: false });
      }
    });
  });
}
