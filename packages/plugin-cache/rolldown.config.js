import { defineConfig } from "rolldown";
import { thirdParty } from "../../scripts/third-party.js";

// What is installed with the package stays outside; the schema library is compiled in (docs/adr/0009).
export default defineConfig({
  input: { index: "src/index.ts" },
  platform: "node",
  external: [/^@backworks\/core/, "ioredis", "lru-cache"],
  plugins: [thirdParty()],
  output: { dir: "dist", cleanDir: true, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
