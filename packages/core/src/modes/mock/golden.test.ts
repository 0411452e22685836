import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createMockRig, type MockRig } from "../../../test/mock-rig.ts";
import { formatErrors } from "../../config/frame.ts";
import { isBackworksError } from "../../errors.ts";

const folder = join(import.meta.dirname, "../../../test/golden/mock");
const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
const mark = "---- expect ----\n";
const requestMark = "---- request ----\n";

const files = { "data.json": "[]", "empty.csv": "ms\n", "item.schema.json": '{"type":"object","required":["sku"]}' };

/** The report a request gets, or the mistakes of the configuration. */
async function outcomeOf(input: string): Promise<string> {
  const [yaml = "", request] = input.split(requestMark);
  try {
    const rig = await createMockRig(yaml, { files });
    return request === undefined ? "no mistake\n" : await answerTo(request, rig);
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    return `${formatErrors(error, { color: false })}\n`;
  }
}

/** A request line, headers, a blank line and a body. */
async function answerTo(request: string, rig: MockRig): Promise<string> {
  const [head = "", body] = request.split("\n\n");
  const [first = "", ...lines] = head.trim().split("\n");
  const [method = "", url = ""] = first.split(" ");
  const headers = Object.fromEntries(lines.map((line) => line.split(": ", 2)));
  const { text } = await rig.ask(method, url, { headers, ...(body !== undefined && { body: body.trim() }) });
  return text.endsWith("\n") ? text : `${text}\n`;
}

describe("mock mode", () => {
  it.each(names)("%s comes out as written there", async (name) => {
    const path = join(folder, name);
    const [input = ""] = readFileSync(path, "utf8").split(mark);

    const outcome = await outcomeOf(input);

    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, `${input}${mark}${outcome}`);
    expect(outcome).toBe(readFileSync(path, "utf8").split(mark)[1]);
  });
});
