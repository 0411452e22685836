import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { defineCommand } from "../../command.ts";
import { exitCodes } from "../../exit.ts";
import { openingOptions, openProject } from "../../opening.ts";

export const openapi = defineCommand({
  positionals: {},
  options: {
    output: { type: "string", alias: "o", requiresArg: true, describe: "File to write it to" },
    ...openingOptions,
  },
  examples: [["backworks export openapi --output openapi.json", "for clients, documents and gateways"]],
  async run(args, context) {
    const opened = await openProject(context, args, { development: true });
    const { describeApi } = await import("../../openapi/document.ts");
    const text = await describeApi(opened)
      .then((description) => JSON.stringify(description, null, 2))
      .finally(() => opened.close());
    if (args.output === undefined) {
      context.terminal.output.write(`${text}\n`);
      return exitCodes.ok;
    }
    const file = resolve(context.cwd, args.output);
    writeFileSync(file, `${text}\n`);
    const shown = relative(context.cwd, file);
    context.result({ file }, (paint) => `${paint.green("✓")} wrote ${shown}`);
    return exitCodes.ok;
  },
});
