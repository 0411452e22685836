import { defineConfig } from "rolldown";
import { thirdParty } from "../../scripts/third-party.js";

export default defineConfig({
  // A look is a process of its own: it runs code that may do nothing.
  input: { main: "src/main.ts", look: "src/look/main.ts" },
  platform: "node",
  external: [/^@backworks\//],
  plugins: [thirdParty()],
  output: { dir: "dist", cleanDir: true, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
