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

/** A word that every plugin has in its name or scope. */
const everybody = "backworks";

/** What registries give at once. */
const mostAsked = 250;

/**
 * Plugins of the registry that are about some words, those that fit best first.
 *
 * @throws BW_CLI_REGISTRY_FAILED
 */
export async function searchPlugins(
  words: readonly string[],
  { npm, folder, limit }: PluginSearch,
): Promise<readonly FoundPlugin[]> {
  const found = await ask([`keywords:${keyword}`, ...words], npm, folder);
  // Some registries know no qualifiers, and look for all of it as words of names and descriptions.
  const all = found.length > 0 ? found : await ask([everybody, ...words], npm, folder);
  return all.flatMap((entry) => toFound(entry, words)).slice(0, limit);
}

async function ask(query: readonly string[], npm: Npm, folder: string): Promise<readonly unknown[]> {
  const run = await npm(["search", ...query, "--json", `--searchlimit=${mostAsked}`], folder);
  const answer = run.code === 0 ? parse(run.output) : undefined;
  if (!Array.isArray(answer)) {
    throw registryFailure(npmCode(run.errors) ?? codeIn(run.output), firstLine(run.errors));
  }
  return answer;
}

/** Nothing that only speaks of plugins, and only what is about the words: some registries find them anywhere, or do not look for them. */
function toFound(entry: unknown, words: readonly string[]): readonly FoundPlugin[] {
  const { name, description, keywords, ...more } = Object(entry) as Readonly<Record<string, unknown>>;
  const version = more["version"] ?? (Object(more["dist-tags"]) as { readonly latest?: unknown }).latest;
  if (typeof name !== "string" || typeof version !== "string") return [];
  if (!Array.isArray(keywords) || !keywords.includes(keyword)) return [];
  const text = [name, description, ...keywords.filter((word) => word !== keyword)].join("\n").toLowerCase();
  if (!words.every((word) => text.includes(word.toLowerCase()))) return [];
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
