import { defineConfig } from "rolldown";
import { thirdParty } from "../../scripts/third-party.js";

// Libraries are compiled in (docs/adr/0009): smaller, faster to start, nothing to install.
export default defineConfig({
  // A worker is a process of its own and begins there.
  input: {
    index: "src/index.ts",
    query: "src/query.ts",
    testing: "src/testing.ts",
    worker: "src/server/workers/worker.ts",
  },
  platform: "node",
  plugins: [thirdParty()],
  output: { dir: "dist", cleanDir: true, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
