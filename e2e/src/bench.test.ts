import path from "node:path";
import { expect, it } from "@jest/globals";
import { runCommand } from "./command.ts";

const bench = path.resolve(import.meta.dirname, "../../bench");
/** All but `footprint`, which installs others' packages from the registry. */
const suites = "answers routes plugins monitoring proxy cache runtime database hybrid startup".split(" ");

it("every suite of the benchmarks runs, with every contestant", async () => {
  const words = ["src/main.js", ...suites, "--rounds", "1", "--seconds", "0"];
  const result = await runCommand(words, { program: [process.execPath], cwd: bench, timeoutMs: 280_000 });

  expect(result.stderr).toBe("");
  expect(result.code).toBe(0);
  expect(result.stdout).not.toContain("NaN");
  for (const label of ["bare node:http", "piscina", "nginx, one worker", "node:http, knex", "backworks --version"])
    expect(result.stdout).toContain(`| ${label} |`);
}, 300_000);
