import { createRequire } from "node:module";
import { join } from "node:path";
import type { Launch } from "../language.ts";

/** Where the project has the sandbox: QuickJS as WebAssembly. @throws BW_RUNTIME_OPTION when it is not installed */
export function findSandbox({ root, refuse }: Pick<Launch, "root" | "refuse">): string {
  try {
    return createRequire(join(root, "backworks.yaml")).resolve("quickjs-emscripten");
  } catch {
    const problem = "isolation wasm needs the package quickjs-emscripten, which the project does not have";
    throw refuse("BW_RUNTIME_OPTION", { problem }, { key: "isolation", hint: "npm install quickjs-emscripten" });
  }
}
