// The same as report.js for a contestant that is a process of its own, below this one.
import { readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";

/** Call after starting it. `folder` is removed when it ends. */
export async function reportChild(child, { port, folder }) {
  const end = () => child.kill();
  child.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
  process.on("message", (message) => {
    if (message === "usage") process.send(usageOf(child.pid));
    if (message === "stop") end();
  });
  process.on("disconnect", end);
  await listening(port);
  process.send({ port });
}

/** User and system time in ticks of 10 ms, and pages of 4 KiB. Source: proc(5). */
function usageOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const [user, system, rss] = [fields[11], fields[12], fields[21]].map(Number);
  return { cpu: { user: user * 10_000, system: system * 10_000 }, rss: rss * 4096 };
}

async function listening(port) {
  for (;;) {
    const there = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.unref();
    });
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
