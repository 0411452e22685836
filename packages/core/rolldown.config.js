import { readFileSync } from "node:fs";
import { defineConfig } from "rolldown";
import { thirdParty } from "../../scripts/third-party.js";

// Libraries are compiled in (docs/adr/0009): smaller, faster to start, nothing to install.
export default defineConfig({
  // A worker is a process of its own and begins there; a guest is a thread or process that runs a handler.
  input: {
    index: "src/index.ts",
    query: "src/query.ts",
    testing: "src/testing.ts",
    worker: "src/server/workers/worker.ts",
    guest: "src/modes/runtime/guest/main.ts",
  },
  platform: "node",
  plugins: [thirdParty(), python()],
  output: { dir: "dist", cleanDir: true, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});

/** The guest that runs Python handlers is no module. */
function python() {
  return {
    name: "python",
    generateBundle() {
      const source = readFileSync("src/modes/runtime/guest/guest.py", "utf8");
      this.emitFile({ type: "asset", fileName: "guest.py", source });
    },
  };
}
