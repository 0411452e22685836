import { defineConfig } from "rolldown";

export default defineConfig({
  input: { index: "src/index.ts" },
  platform: "node",
  output: { dir: "dist", cleanDir: true, format: "esm" },
});
