// Runs commands one after another or a few at a time, and says of each whether it passed.
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { root } from "./workspace.js";

/** Longest time of one step. */
const limitMs = 15 * 60_000;

/** Runs a step `{ name, command }`; its output is shown only when it fails. */
export async function runStep({ name, command }) {
  const started = performance.now();
  const { code, output } = await run(command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const passed = code === 0;
  console.log(`${passed ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (!passed) console.log(`${command.join(" ")}\n${output.trimEnd()}\n`);
  return { name, passed };
}

/** Runs steps, at most `width` at a time, in their order. */
export async function runSteps(steps, width) {
  const results = [];
  const waiting = [...steps];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

function run([file, ...args]) {
  return new Promise((resolve) => {
    const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
    env.PATH = `${root}/node_modules/.bin:${env.PATH}`;
    const child = spawn(file, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], timeout: limitMs });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-60_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code, signal) =>
      resolve({ code, output: signal === null ? output : `${output}\nended by ${signal}` }),
    );
  });
}
