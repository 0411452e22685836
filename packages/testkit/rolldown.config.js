import { defineConfig } from "rolldown";

// Core is the one of whoever tests.
export default defineConfig({
  input: { index: "src/index.ts" },
  platform: "node",
  external: [/^@backworks\//],
  output: { dir: "dist", cleanDir: true, format: "esm" },
});
