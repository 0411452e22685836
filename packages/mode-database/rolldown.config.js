import { defineConfig } from "rolldown";
import { thirdParty } from "../../scripts/third-party.js";

// What is installed with the package stays outside; the schema library is compiled in (docs/adr/0009).
export default defineConfig({
  // SQLite runs in threads, which begin at a file of their own.
  input: { index: "src/index.ts", "sqlite-worker": "src/sqlite/worker.ts" },
  platform: "node",
  external: [/^@backworks\/core/, "knex"],
  plugins: [thirdParty()],
  output: { dir: "dist", cleanDir: true, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
