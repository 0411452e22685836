import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { configJsonSchema } from "@backworks/core";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { environmentOption, projectOptions } from "../project.ts";

export const schema = defineCommand({
  options: {
    environment: environmentOption,
    output: { type: "string", alias: "o", requiresArg: true, describe: "File to write it to" },
  },
  examples: [["backworks schema --output backworks.schema.json", "for `# yaml-language-server: $schema=…`"]],
  async run({ environment, output }, context) {
    const text = JSON.stringify(await configJsonSchema(projectOptions(context, environment)), null, 2);
    if (output === undefined) {
      context.terminal.output.write(`${text}\n`);
      return exitCodes.ok;
    }
    const file = resolve(context.cwd, output);
    writeFileSync(file, `${text}\n`);
    const shown = relative(context.cwd, file);
    context.result({ file }, (paint) => `${paint.green("✓")} wrote ${shown}`);
    return exitCodes.ok;
  },
});
