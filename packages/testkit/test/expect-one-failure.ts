import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect } from "@jest/globals";
import { runChecks } from "../src/check.ts";
import { pluginContract } from "../src/plugin/contract.ts";
import { left, setQuietPort } from "./bad-manners.ts";
import type { Broken } from "./broken-plugins.ts";

/** What every plugin of these tests is tried with. */
export const given = {
  otherOptions: { header: "x-other" },
  endpointOptions: { mark: "here" },
  actions: { set: [7] },
  limits: { hookMs: 400, lifecycleMs: 800 },
};

/** Holds a server that says nothing, and ends what broken plugins leave open. */
export function tidyUp(): void {
  const sockets = new Set<Socket>();
  const quiet = createServer((socket) => void sockets.add(socket));
  beforeAll(async () => {
    await new Promise<void>((resolve) => void quiet.listen(0, "127.0.0.1", resolve));
    setQuietPort((quiet.address() as AddressInfo).port);
  });
  afterEach(() => {
    // What was done last is taken back first.
    for (const end of left.splice(0).reverse()) end();
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    quiet.close();
  });
}

export async function expectOneFailure(name: string, broken: Broken): Promise<void> {
  const outcomes = await runChecks(pluginContract(broken.plugin, { ...given, ...broken.given }));

  const failed = outcomes.filter(({ kind }) => kind === "failed");
  expect(failed.map(({ check }) => check)).toEqual([name]);
  expect(failed[0]).toHaveProperty("error.mend", expect.stringMatching(/\w{3}/));
}
