import { defineConfig } from "rolldown";
import { thirdParty } from "../../scripts/third-party.js";

export default defineConfig({
  input: { main: "src/main.ts" },
  platform: "node",
  external: [/^@backworks\//],
  plugins: [thirdParty()],
  output: { dir: "dist", cleanDir: true, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
