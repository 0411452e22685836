import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "@jest/globals";
import { runConsole } from "./session.ts";
import { createWorkspace } from "./workspace.ts";

const yaml = `name: shop
endpoints:
  pid:
    path: /pid
    runtime: { isolation: inline, handler: "export default () => String(process.pid)" }
`;
const block = `$ npx --yes @backworks/cli start
…
$ curl http://127.0.0.1:8080/pid --output pid
`;

it("ends its server with itself", async () => {
  using workspace = createWorkspace(undefined);
  workspace.write("backworks.yaml", yaml);

  const problems = await runConsole(block, workspace);

  const pid = Number(readFileSync(path.join(workspace.folder, "pid"), "utf8"));
  expect(problems).toEqual([]);
  // The terminal that it runs in is gone; it ends by itself a moment later.
  while (isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}, 30_000);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
