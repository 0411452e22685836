import { startJavascript } from "./javascript.ts";
import type { Language } from "../language.ts";

/** TypeScript whose types can be stripped, by a Node that does. */
export const typescript: Language = {
  name: "typescript",
  endings: [".ts", ".mts", ".cts"],
  isolations: ["worker", "inline", "process"],
  start(launch) {
    if (launch.orders.handler.kind === "source") {
      throw launch.refuse(
        "BW_RUNTIME_OPTION",
        { problem: "source in the configuration is JavaScript" },
        { key: "language", hint: "put TypeScript into a file" },
      );
    }
    // Older Node has no such feature flag, which its types do not know.
    const { typescript: strips } = process.features as { typescript?: string | false };
    if (typeof strips === "string") return startJavascript(launch);
    const problem = `Node ${process.versions.node} does not run TypeScript`;
    const hint = "use Node 22.18 or later, or build it to JavaScript and name that file";
    throw launch.refuse("BW_RUNTIME_OPTION", { problem }, { key: "handler", hint });
  },
};
