import { spawn } from "node:child_process";
import { watch } from "node:fs";
import http from "node:http";
import { connect, createServer } from "node:net";
import { Worker } from "node:worker_threads";

/** What is left open, to be ended by the test. */
export const left: (() => void)[] = [];
let quietPort = 0;

/** The port of a server that takes connections and says nothing; the test itself holds it. */
export function setQuietPort(port: number): void {
  quietPort = port;
}

/** What code must not do to its process, plugin or mode, by the check that finds it. */
export const badManners: Readonly<Record<string, () => void | Promise<void>>> = {
  "end: leaves no timers"() {
    const timer = setInterval(() => {}, 60_000).unref();
    left.push(() => clearInterval(timer));
  },
  "end: leaves no sockets": () =>
    new Promise<void>((resolve) => {
      const socket = connect(quietPort, "127.0.0.1", () => resolve());
      left.push(() => socket.destroy());
    }),
  "end: leaves no servers": () =>
    new Promise<void>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => resolve());
      left.push(() => server.close());
    }),
  "end: leaves no child processes"() {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20000)"], { stdio: "ignore" });
    left.push(() => child.kill());
  },
  "end: leaves no file watchers"() {
    const watcher = watch(import.meta.dirname);
    left.push(() => watcher.close());
  },
  "end: leaves no workers"() {
    const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
    left.push(() => void worker.terminate());
  },
  "end: leaves no listeners of the process"() {
    const listener = (): void => {};
    process.on("SIGUSR2", listener);
    left.push(() => process.off("SIGUSR2", listener));
  },
  "process: keeps its globals"() {
    Reflect.set(globalThis, "contractTest", 1);
    left.push(() => void Reflect.deleteProperty(globalThis, "contractTest"));
  },
  "process: keeps its environment"() {
    process.env["CONTRACT_TEST"] = "1";
    left.push(() => delete process.env["CONTRACT_TEST"]);
  },
  "process: keeps its built-ins"() {
    const { get } = http;
    http.get = get.bind(http);
    left.push(() => (http.get = get));
  },
  "process: keeps its working directory"() {
    const before = process.cwd();
    process.chdir("/");
    left.push(() => process.chdir(before));
  },
  "process: leaves the console alone"() {
    // oxlint-disable-next-line no-console -- the mistake
    console.debug("");
  },
  "process: rejects nothing unheard": () => void Promise.reject(new Error("boom")),
  "process: throws nothing outside of its steps"() {
    setTimeout(() => {
      throw new Error("boom");
    }, 5);
  },
};
