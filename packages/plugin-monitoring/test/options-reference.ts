import { jsonSchemaOf } from "@backworks/core";
import { addSections, writeSections } from "../../core/test/options-reference.ts";
import type { Section } from "../../core/test/options-reference.ts";
import { optionsSchema } from "../src/options/options.ts";

const intro = `# Options of the monitoring plugin

What \`plugins.monitoring\` may hold, written from the schemas that check it (\`node scripts/write-reference.js\`). [Monitoring](../plugins/monitoring.md) explains it.
`;

export { keepsReference } from "../../core/test/options-reference.ts";

/** Every mapping, in the order of the options. */
export async function listSections(): Promise<readonly Section[]> {
  const sections: Section[] = [];
  addSections(await jsonSchemaOf(optionsSchema), "monitoring", sections);
  return sections;
}

/** The reference of the options, as Markdown. */
export async function writeReference(): Promise<string> {
  return writeSections(intro, await listSections());
}
