import { defineConfig } from "rolldown";

// Packages that have options compile this one into theirs, and the schema library with it (docs/adr/0009).
export default defineConfig({
  input: { index: "src/index.ts" },
  platform: "node",
  external: [/^@backworks\//, /^zod/],
  output: { dir: "dist", cleanDir: true, format: "esm" },
});
