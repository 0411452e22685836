// The side of a contestant that talks to the harness: tells the port, reports what it used, ends when told.

/** Call when the server listens. */
export function report(port) {
  process.on("message", (message) => {
    if (message === "usage") process.send({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() });
    if (message === "stop") process.exit(0);
  });
  process.on("disconnect", () => process.exit(0));
  process.send({ port });
}
