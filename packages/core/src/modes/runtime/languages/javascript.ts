import { fileURLToPath } from "node:url";
import { startChild } from "../guests/child.ts";
import { startInline } from "../guests/inline.ts";
import { guestProgram } from "../guests/program.ts";
import { startThread } from "../guests/thread.ts";
import { toSandboxOrders } from "../guests/sandbox.ts";
import type { StartGuest } from "../guests/guest.ts";
import type { Language, Launch } from "../language.ts";

/** JavaScript: modules, CommonJS, and scripts with a `function handler`. */
export const javascript: Language = {
  name: "javascript",
  endings: [".js", ".mjs", ".cjs"],
  isolations: ["worker", "inline", "wasm", "process"],
  start: startJavascript,
};

export function startJavascript(launch: Launch): StartGuest {
  const { isolation, orders } = launch;
  if (isolation === "inline") return startInline(orders);
  if (isolation === "process") return startNode(launch);
  if (isolation === "worker") return startThread({ ...launch, orders: { ...orders, guarded: true } });
  return startThread({ ...launch, orders: { ...orders, sandbox: toSandboxOrders(launch) } });
}

function startNode({
  orders,
  command = [process.execPath],
  memoryBytes,
  folder,
  environment,
  ...rest
}: Launch): StartGuest {
  // V8 ends the process at this limit, which is the one that is meant to end.
  const heap = `--max-old-space-size=${Math.ceil(memoryBytes / 1024 ** 2)}`;
  const flags = ["--disable-warning=ExperimentalWarning", heap];
  return startChild({
    ...rest,
    group: {
      command: [...command, ...flags, fileURLToPath(guestProgram()), JSON.stringify(orders)],
      folder,
      environment,
      // Node reserves far more than it uses.
      dataBytes: undefined,
    },
    saysReady: true,
  });
}
