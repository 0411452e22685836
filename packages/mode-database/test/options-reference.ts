import { jsonSchemaOf } from "@backworks/core";
import { addSections, writeSections } from "../../core/test/options-reference.ts";
import type { Section } from "../../core/test/options-reference.ts";
import { databasesSchema } from "../src/options/databases.ts";
import { endpointSchema } from "../src/options/endpoint.ts";

export { keepsReference } from "../../core/test/options-reference.ts";

/** Every mapping that database mode knows, those that stand in several places once. */
export async function listSections(): Promise<readonly Section[]> {
  const sections: Section[] = [];
  addSections(await jsonSchemaOf(databasesSchema), "databases", sections);
  addSections(await jsonSchemaOf(endpointSchema), "endpoints.\\<name\\>.database", sections);
  return sections;
}

/** The reference of the keys, as Markdown. */
export async function writeReference(): Promise<string> {
  return writeSections(intro, await listSections());
}

const intro = `# Keys of database mode

What \`databases:\` and \`endpoints.<name>.database\` may hold, written from the schemas that check them (\`node scripts/write-reference.js\`). The [guide](../guide/database.md) explains them, and [As PostgREST](../guide/postgrest.md) those of \`postgrest\`. \`database:\` beside \`endpoints:\` is one database, called \`default\`, with the keys of \`databases.<name>\`. A duration is a number of seconds or a text such as \`"250ms"\` or \`"5m"\`.
`;
