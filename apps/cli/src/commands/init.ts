import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BackworksError, configJsonSchema, suggest } from "@backworks/core";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit.ts";
import { ownFolder } from "../own-package.ts";
import { projectOptions } from "../project.ts";

const configurationNames = ["backworks.yaml", "backworks.yml", "project.yaml"];

export const init = defineCommand({
  positionals: { template: { type: "string", default: "minimal", describe: "minimal, crud or rules" } },
  examples: [["backworks init crud", "a stateful API with seeds"]],
  async run({ template }, context) {
    const source = templateFolder(template);
    refuseExisting(context.cwd);
    const written: string[] = [];
    const kept: string[] = [];
    for (const file of filesOf(source)) {
      const target = file === "gitignore" ? ".gitignore" : file;
      if (existsSync(join(context.cwd, target))) kept.push(target);
      else written.push(copyFile(join(source, file), context.cwd, target));
    }
    await writeSchema(context, { written, kept });
    context.result({ template, written, kept }, (paint) =>
      [
        ...written.map((file) => `${paint.green("+")} ${file}`),
        ...kept.map((file) => `${paint.yellow("=")} ${file} ${paint.dim("was there and stays as it is")}`),
        context.quiet ? "" : `\n${paint.bold("Next:")} backworks dev`,
      ]
        .filter((line) => line !== "")
        .join("\n"),
    );
    return exitCodes.ok;
  },
});

function templateFolder(name: string): string {
  const all = join(ownFolder(), "templates");
  const known = readdirSync(all);
  if (known.includes(name)) return join(all, name);
  const near = suggest(name, known);
  throw new BackworksError(
    "BW_CLI_USAGE",
    { problem: `no template ${name}` },
    { hint: near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?` },
  );
}

function refuseExisting(folder: string): void {
  const present = configurationNames.find((name) => existsSync(join(folder, name)));
  if (present === undefined) return;
  throw new BackworksError(
    "BW_CLI_FILE_EXISTS",
    { file: present },
    { hint: "init begins a project and never overwrites one: choose another folder with --cwd" },
  );
}

/** Relative paths of every file below a folder. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function copyFile(source: string, folder: string, target: string): string {
  mkdirSync(dirname(join(folder, target)), { recursive: true });
  copyFileSync(source, join(folder, target), constants.COPYFILE_EXCL);
  return target;
}

const schemaFile = "backworks.schema.json";

/** The first line of the configuration names it, so that editors complete and check without a network. */
async function writeSchema(
  context: Context,
  files: { readonly written: string[]; readonly kept: string[] },
): Promise<void> {
  if (existsSync(join(context.cwd, schemaFile))) {
    files.kept.push(schemaFile);
    return;
  }
  const schema = await configJsonSchema(projectOptions(context, undefined));
  writeFileSync(join(context.cwd, schemaFile), `${JSON.stringify(schema, null, 2)}\n`, { flag: "wx" });
  files.written.push(schemaFile);
}
