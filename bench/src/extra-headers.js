// The headers Backworks adds to every answer: the others send them too, or they would write fewer bytes.
import { startContestant } from "./process.js";

const common = new Set(["content-type", "content-length", "date", "connection", "keep-alive"]);

export async function readExtraHeaders() {
  const server = await startContestant({ name: "backworks" });
  try {
    const { headers } = await fetch(`${server.url}/hello`);
    return Object.fromEntries([...headers].filter(([name]) => !common.has(name)));
  } finally {
    await server.stop();
  }
}
