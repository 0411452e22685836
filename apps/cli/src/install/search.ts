import { npmCode, registryFailure } from "./registry.ts";
import type { Npm } from "./npm.ts";

/** A plugin that the registry has. */
export interface FoundPlugin {
  readonly name: string;
  readonly version: string;
  readonly description: string | undefined;
}

/** How plugins are searched for. */
export interface PluginSearch {
  readonly npm: Npm;
  /** Where npm finds its settings. */
  readonly folder: string;
  readonly limit: number;
}

/** What every plugin has among its keywords. */
const keyword = "backworks-plugin";

/**
 * Plugins of the registry that are about some words, those that fit best first.
 *
 * @throws BW_CLI_REGISTRY_FAILED
 */
export async function searchPlugins(
  words: readonly string[],
  { npm, folder, limit }: PluginSearch,
): Promise<readonly FoundPlugin[]> {
  const query = [`keywords:${keyword}`, ...words];
  const run = await npm(["search", ...query, "--json", `--searchlimit=${limit}`], folder);
  const answer = run.code === 0 ? parse(run.output) : undefined;
  if (!Array.isArray(answer)) {
    throw registryFailure(npmCode(run.errors) ?? codeIn(run.output), firstLine(run.errors));
  }
  // Some registries do not know keywords, and find the word anywhere.
  return answer.flatMap(toFound).slice(0, limit);
}

function toFound(entry: unknown): readonly FoundPlugin[] {
  const { name, version, description, keywords } = Object(entry) as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || typeof version !== "string") return [];
  if (!Array.isArray(keywords) || !keywords.includes(keyword)) return [];
  return [{ name, version, description: typeof description === "string" ? description : undefined }];
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output.trim() === "" ? "[]" : output);
  } catch {
    // The caller says that npm gave something else.
    return undefined;
  }
}

function codeIn(output: string): string | undefined {
  const { code } = Object((Object(parse(output)) as { readonly error?: unknown }).error) as { readonly code?: unknown };
  return typeof code === "string" ? code : undefined;
}

function firstLine(errors: string): string {
  return /^npm (?:error|ERR!) (?!code)(.+)/m.exec(errors)?.[1] ?? "it does not search";
}
