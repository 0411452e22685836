import { describe, expect, it } from "@jest/globals";
import type { JsonValue } from "@backworks/core";
import { silentLogger } from "@backworks/core/testing";
import { ask, counting, proxyYaml, startCached, startOrigin, told } from "../test/cache-rig.ts";
import { purgeCommand } from "./purge-command.ts";

/** The command, which asks whoever is given. */
async function run(words: string, act: (action: string, given: JsonValue) => Promise<JsonValue>) {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await purgeCommand.run(words.split(" ").filter(Boolean), {
    options: {},
    projectRoot: "/",
    ask: (action, given = null) => act(action, given),
    write: (text) => void out.push(text),
    logger: { ...silentLogger, error: (message) => void errors.push(message) },
  });
  return { code, out: out.join(""), errors };
}

describe("backworks cache purge", () => {
  it.each(["--tag news", "--url /a", "--url=/a --url /b", "--endpoint all", "--all", "--tag news --tag sports"])(
    "throws away by %s in the server that runs",
    async (words) => {
      await using origin = await startOrigin(counting({ "cache-control": "max-age=60", "cache-tag": "news" }));
      await using app = await startCached(proxyYaml(origin));
      await told(await ask(`${app.url}/a`));

      const ran = await run(`purge ${words}`, (action, given) => app.plugins.act("cache", action, given));

      expect(ran).toEqual({ code: 0, out: "thrown away\n", errors: [] });
      expect(await told(await ask(`${app.url}/a`))).toMatchObject({ body: "2" });
    },
  );

  it("says how it goes", async () => {
    const ran = await run("--help", () => Promise.reject(new Error("nobody is to be asked")));

    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining("backworks cache purge --tag <tag>")]);
  });

  it("says when it is not done everywhere yet", async () => {
    expect((await run("purge --all", async () => false)).out).toContain("not done everywhere yet");
  });

  it.each(["", "purge", "prune --all", "purge --tags news", "purge --tag", "purge --all extra"])(
    "refuses %j and says how it goes",
    async (words) => {
      const ran = await run(words, () => Promise.reject(new Error("nobody is to be asked")));

      expect(ran).toMatchObject({
        code: 2,
        out: "",
        errors: [expect.stringContaining("backworks cache purge --tag <tag>")],
      });
    },
  );
});
