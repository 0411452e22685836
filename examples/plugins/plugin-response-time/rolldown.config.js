import { defineConfig } from "rolldown";
import { thirdParty } from "../../../scripts/third-party.js";

// The schema library is compiled in; core is the one of whoever loads the plugin.
export default defineConfig({
  input: "src/index.ts",
  platform: "node",
  external: ["@backworks/core"],
  plugins: [thirdParty()],
  output: { dir: "dist", cleanDir: true, format: "esm" },
});
