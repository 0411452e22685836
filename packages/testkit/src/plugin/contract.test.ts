import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { brokenPlugins, left, setQuietPort } from "../../test/broken-plugins.ts";
import { good } from "../../test/good-plugin.ts";
import { registerChecks, runChecks } from "../check.ts";
import { pluginContract } from "./contract.ts";

const given = {
  otherOptions: { header: "x-other" },
  endpointOptions: { mark: "here" },
  limits: { hookMs: 150, lifecycleMs: 600 },
};

const sockets = new Set<Socket>();
const quiet = createServer((socket) => void sockets.add(socket));

beforeAll(async () => {
  await new Promise<void>((resolve) => void quiet.listen(0, "127.0.0.1", resolve));
  setQuietPort((quiet.address() as AddressInfo).port);
});

afterEach(() => {
  for (const end of left.splice(0)) end();
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  quiet.close();
});

describe("a plugin that has everything", () => {
  registerChecks(pluginContract(good, given), it);

  it("is judged by every check", async () => {
    const outcomes = await runChecks(pluginContract(good, given));

    expect(outcomes.filter(({ kind }) => kind !== "passed")).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(60);
  });
});

describe("a plugin with one mistake", () => {
  it.each(Object.entries(brokenPlugins))("fails %s, and nothing else", async (name, broken) => {
    const outcomes = await runChecks(pluginContract(broken.plugin, { ...given, ...broken.given }));

    const failed = outcomes.filter(({ kind }) => kind === "failed");
    expect(failed.map(({ check }) => check)).toEqual([name]);
    expect(failed[0]).toHaveProperty("error.mend", expect.stringMatching(/\w{3}/));
  });

  it("is there for every check", () => {
    const names = pluginContract(good).map(({ name }) => name);

    expect(Object.keys(brokenPlugins).sort()).toEqual([...names].sort());
  });
});
