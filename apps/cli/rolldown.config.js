import { defineConfig } from "rolldown";

export default defineConfig({
  input: { main: "src/main.ts" },
  platform: "node",
  external: [/^@backworks\//],
  output: { dir: "dist", format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
