// A contestant: a server in a process of its own.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const startLimitMs = 30_000;

/** Starts `contestants/<name>.js`; the process ends with the harness. */
export async function startContestant({ name, options = {}, headers = {}, nodeOptions = [] }) {
  const child = fork(path.join(import.meta.dirname, "contestants", `${name}.js`), {
    env: { ...process.env, BENCH_OPTIONS: JSON.stringify(options), BENCH_HEADERS: JSON.stringify(headers) },
    execArgv: nodeOptions,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const { port } = await ask(child, undefined);
  return {
    url: `http://127.0.0.1:${port}`,
    usage: () => ask(child, "usage"),
    async stop() {
      if (child.exitCode !== null) return;
      child.send("stop");
      await once(child, "exit");
    },
  };
}

/** The next message of the child, after sending one. */
async function ask(child, message) {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(startLimitMs)]);
  const answer = once(child, "message", { signal });
  const ended = once(child, "exit", { signal });
  // Whichever does not come is given up below.
  answer.catch(() => {});
  ended.catch(() => {});
  if (message !== undefined) child.send(message);
  try {
    return await Promise.race([answer.then(([value]) => value), ended.then(([code]) => fail(child, code))]);
  } finally {
    done.abort();
  }
}

function fail(child, code) {
  throw new Error(`${child.spawnargs.at(-1)} ended with ${code}`);
}
