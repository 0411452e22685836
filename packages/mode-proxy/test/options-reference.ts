import { jsonSchemaOf } from "@backworks/core";
import { addSections, writeSections } from "../../core/test/options-reference.ts";
import type { Section } from "../../core/test/options-reference.ts";
import { apisSchema } from "../src/options/apis.ts";
import { proxySchema } from "../src/options/endpoint.ts";
import { upstreamsSchema } from "../src/options/upstream.ts";

export { keepsReference } from "../../core/test/options-reference.ts";

/** Every mapping that proxy mode knows, those that stand in several places once. */
export async function listSections(): Promise<readonly Section[]> {
  const sections: Section[] = [];
  addSections(await jsonSchemaOf(proxySchema), "proxy", sections);
  addSections(await jsonSchemaOf(upstreamsSchema), "upstreams", sections);
  addSections(await jsonSchemaOf(apisSchema), "apis", sections);
  return sections;
}

/** The reference of the keys, as Markdown. */
export async function writeReference(): Promise<string> {
  return writeSections(intro, await listSections());
}

const intro = `# Keys of proxy mode

What \`endpoints.<name>.proxy\`, \`upstreams\` and \`apis\` may hold, written from the schemas that check them (\`node scripts/write-reference.js\`). The [guide](../guide/proxy.md) explains them. A block that several places have is here once, where it stands first.
`;
