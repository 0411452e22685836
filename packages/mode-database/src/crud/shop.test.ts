import { expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startCrud } from "../../test/crud-rig.ts";
import { describeDatabases } from "../../test/servers.ts";

const folder = join(import.meta.dirname, "../../../../examples/shop");

interface Block {
  readonly title: string;
  readonly request: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** What is expected: the status, headers, and perhaps JSON. */
  readonly expected: readonly string[];
}

function readBlocks(): readonly Block[] {
  const [, ...blocks] = readFileSync(join(folder, "requests.http"), "utf8").split(/^### /m);
  return blocks.map((block) => {
    const lines = block.trim().split("\n");
    const [title = "", request = "", ...rest] = lines.filter((line) => !line.startsWith(">"));
    const expected = lines.filter((line) => line.startsWith("> ")).map((line) => line.slice(2));
    const end = rest.indexOf("");
    const fields = rest.slice(0, end === -1 ? rest.length : end).map((line) => line.split(": "));
    const body = end === -1 ? "" : rest.slice(end).join("\n").trim();
    const headers = Object.fromEntries(fields.map(([name = "", value = ""]) => [name.toLowerCase(), value]));
    return { title, request, headers, body: body === "" ? undefined : body, expected };
  });
}

describeDatabases("the example shop", (target) => {
  it("answers the same, with one line of YAML changed", async () => {
    const yaml = readFileSync(join(folder, "backworks.yaml"), "utf8");
    const endpoints = yaml.slice(yaml.indexOf("endpoints:"));
    await using rig = await startCrud(target, endpoints);

    for (const { title, request, headers, body, expected } of readBlocks()) {
      const answer = await rig.send(request, { headers, body });

      const [status, ...more] = expected;
      const json = more.find((line) => /^[[{]/.test(line));
      const fields = more.filter((line) => line !== json).map((line) => line.split(": "));
      expect({ title, status: answer.status }).toEqual({ title, status: Number(status) });
      for (const [name = "", value] of fields)
        expect({ title, [name]: answer.headers[name] }).toEqual({ title, [name]: value });
      const wanted = json === undefined ? answer.body : (JSON.parse(json) as unknown);
      expect({ title, body: answer.body }).toEqual({ title, body: wanted });
    }
  });
});
