import { describe, expect, it } from "@jest/globals";
import { parseArguments } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import type { CommandEntry } from "./command.ts";
import { exitCodes } from "./exit.ts";

const command = defineCommand({
  positionals: { from: { type: "string" }, to: { type: "string", choices: ["here", "there"] } },
  options: {
    port: { type: "number", alias: "p", requiresArg: true },
    install: { type: "boolean", alias: ["yes", "y"] },
    header: { type: "array", string: true, alias: "H", requiresArg: true },
  },
  run: async () => exitCodes.ok,
});
const entry: CommandEntry = { usage: "go <from> [to]", summary: "", group: "Run", load: async () => command };

function parse(line: string): Readonly<Record<string, unknown>> {
  return parseArguments(entry, command, line.split(" "));
}

describe("parseArguments", () => {
  it.each([
    ["go a", { from: "a", port: undefined, install: undefined }],
    ["go a there", { from: "a", to: "there" }],
    ["--port 3 go a", { from: "a", port: 3 }],
    ["go a -p 0 --yes", { port: 0, install: true }],
    ["go a --no-install", { install: false }],
    ["go a --no-yes", { install: false }],
    ["go a --json=false", { json: false }],
    ["go a -qy", { quiet: true, install: true }],
    ["go a --port=-1", { port: -1 }],
    ["go a -p3", { port: 3 }],
    ["go a --port 1 --port 2", { port: 2 }],
    ["go 007", { from: "007" }],
    ["go -- -a", { from: "-a" }],
    ["go a -H x:1 -H y:2 --json", { header: ["x:1", "y:2"], json: true }],
  ])("reads %s", (line, expected) => {
    expect(parse(line)).toMatchObject(expected);
  });

  it.each([
    ["go", "BW_CLI_USAGE", "too few words: backworks go <from> [to]"],
    ["go a here b", "BW_CLI_USAGE", "one word too many: b"],
    ["go a elsewhere", "BW_CLI_USAGE", "to must be one of here, there, not elsewhere"],
    ["go a --port", "BW_CLI_USAGE", "--port needs a value"],
    ["go a --port x", "BW_CLI_USAGE", "--port must be a number, not x"],
    ["go a --port --json", "BW_CLI_USAGE", "--port needs a value"],
    ["go a --json=maybe", "BW_CLI_USAGE", "--json takes no value"],
    ["go a --prot 3", "BW_CLI_OPTION_UNKNOWN", "unknown option --prot"],
    ["go a --instal", "BW_CLI_OPTION_UNKNOWN", "unknown option --instal"],
    ["go a -z", "BW_CLI_OPTION_UNKNOWN", "unknown option -z"],
  ])("refuses %s", (line, code, message) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code, message }));
  });

  it("suggests the option that was meant", () => {
    expect(() => parse("go a --prot 3")).toThrow(expect.objectContaining({ hint: "did you mean --port?" }));
  });
});
