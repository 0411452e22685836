// Writes the table of options into README.md; with --check only says whether it is right.
import { readFileSync, writeFileSync } from "node:fs";
import plugin from "../dist/index.js";
import { optionsTable } from "./options-table.js";

const file = new URL("../README.md", import.meta.url);
const text = readFileSync(file, "utf8");
const written = text.replace(
  /(<!-- options -->\n\n)[^]*?(\n\n<!-- end of options -->)/,
  (_all, begin, end) => begin + optionsTable(plugin) + end,
);
if (process.argv.includes("--check")) {
  if (written !== text) {
    console.error("README.md does not have the options as they are: npm run docs");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, written);
}
