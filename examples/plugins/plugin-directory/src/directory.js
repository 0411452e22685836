import { defineService } from "@backworks/core";

/**
 * The service this plugin offers. Another plugin imports this key, never the plugin.
 *
 * @type {import("@backworks/core").ServiceKey<{ add(name: string): number, list(): readonly string[] }>}
 */
export const directoryService = defineService("directory");

/** Names that were seen, in order, each once. */
export function createDirectory(names = []) {
  const seen = new Set(names);
  return {
    add(name) {
      seen.add(name);
      return seen.size;
    },
    list: () => [...seen],
  };
}
