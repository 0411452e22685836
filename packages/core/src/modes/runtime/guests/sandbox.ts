import { createRequire } from "node:module";
import { join } from "node:path";
import type { Launch } from "../language.ts";
import type { SandboxOrders } from "../wire.ts";

/** The sandbox that the project has: QuickJS as WebAssembly. @throws BW_RUNTIME_OPTION when it is not installed */
export function toSandboxOrders({ root, memoryBytes, timeoutMs, refuse }: Launch): SandboxOrders {
  try {
    const module = createRequire(join(root, "backworks.yaml")).resolve("quickjs-emscripten");
    return { module, memoryBytes, timeoutMs, root };
  } catch {
    const problem = "isolation wasm needs the package quickjs-emscripten, which the project does not have";
    throw refuse("BW_RUNTIME_OPTION", { problem }, { key: "isolation", hint: "npm install quickjs-emscripten" });
  }
}
