import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { formatErrors } from "../config/frame.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import { defineMode } from "../mode.ts";
import { definePlugin } from "../plugin.ts";
import { openApp } from "./open-app.ts";

const folder = join(import.meta.dirname, "../../test/golden/load");
const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
const mark = "---- expect ----\n";

const words = definePlugin({
  name: "words",
  version: "1.0.0",
  initialize: () => ({
    contributes: {
      templateFunctions: {
        shout: {
          signature: "shout(text)",
          description: "The text, louder.",
          arity: [1, 1],
          call: (_context, text) => `${String(text)}!`,
        },
      },
    },
  }),
});

const fails = definePlugin({
  name: "fails",
  version: "1.0.0",
  initialize() {
    throw new Error("no room");
  },
});

/** What the command shows for a configuration. */
async function framesOf(text: string): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), "backworks-load-"));
  writeFileSync(join(cwd, "backworks.yaml"), text);
  try {
    await using _opened = await openApp({ cwd, env: {}, plugins: [words, fails] });
    return "no mistake";
  } catch (thrown) {
    if (!isBackworksError(thrown)) throw thrown;
    // The plugin is in this file.
    return formatErrors(thrown).replace(/ at \S+load\.test\.ts:\d+:\d+/, " at load.test.ts");
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

describe("a configuration with mistakes of several stages", () => {
  it.each(names)("%s is shown as written there", async (name) => {
    const path = join(folder, name);
    const [input = ""] = readFileSync(path, "utf8").split(mark);

    const frames = `${await framesOf(input)}\n`;

    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, `${input}${mark}${frames}`);
    expect(frames).toBe(readFileSync(path, "utf8").split(mark)[1]);
  });

  it("closes what modes opened to find them", async () => {
    const events: string[] = [];
    const anything = {
      "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
    } as const;
    const pool = defineMode({
      name: "pool",
      description: "Opens something.",
      endpointKeys: { pool: anything },
      open: () => void events.push("open"),
      compile({ place }) {
        throw new BackworksError(
          "BW_CONFIG_WRONG_VALUE",
          { path: "pool", problem: "is dry" },
          { where: place(["pool"]) },
        );
      },
      close: () => void events.push("close"),
    });
    const config = { nam: "shop", mode: "pool", endpoints: { a: { path: "/a", pool: 1 } } };

    const opening = openApp({ config, env: {}, cwd: "/tmp", modes: [pool] });

    await expect(opening).rejects.toMatchObject({
      code: "BW_CONFIG_INVALID",
      errors: [{ code: "BW_CONFIG_UNKNOWN_KEY" }, { code: "BW_CONFIG_WRONG_VALUE" }],
    });
    expect(events).toEqual(["open", "close"]);
  });
});
