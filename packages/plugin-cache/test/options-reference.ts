import { jsonSchemaOf } from "@backworks/core";
import { addSections, writeSections } from "../../core/test/options-reference.ts";
import type { Section } from "../../core/test/options-reference.ts";
import { endpointOptions } from "../src/options/endpoint-options.ts";
import { pluginOptions } from "../src/options/plugin-options.ts";

export { keepsReference } from "../../core/test/options-reference.ts";

/** Every mapping that the cache knows, those that stand in several places once. */
export async function listSections(): Promise<readonly Section[]> {
  const sections: Section[] = [];
  addSections(await jsonSchemaOf(pluginOptions), "plugins.cache", sections);
  addSections(await jsonSchemaOf(endpointOptions), "endpoints.\\<name\\>.cache", sections);
  return sections;
}

/** The reference of the keys, as Markdown. */
export async function writeReference(): Promise<string> {
  return writeSections(intro, await listSections());
}

const intro = `# Keys of the cache

What \`plugins.cache\` and \`endpoints.<name>.cache\` may hold, written from the schemas that check them (\`node scripts/write-reference.js\`). [The cache](../plugins/cache.md) explains them. Instead of a mapping an endpoint may have a duration, its \`ttl\` alone, or \`false\`. What both places have is said for all endpoints by the one and for one by the other.
`;
