import { defineConfig } from "rolldown";

// Libraries are compiled in (docs/adr/0011): smaller, faster to start, nothing to install.
export default defineConfig({
  input: { index: "src/index.ts", testing: "src/testing.ts" },
  platform: "node",
  output: { dir: "dist", format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
