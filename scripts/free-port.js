// A port for a server that cannot be told to take one itself (0) or that has to come back on the same: for tests and benchmarks.
import { once } from "node:events";
import { createServer } from "node:net";

// Below those the system gives to connections and to whoever listens on 0 (32768 and up on Linux, 49152 on others):
// between the look and the server's start only another caller of this could take it.
const [first, count] = [20_000, 12_000];
let next = Math.floor(Math.random() * count);

/** A port of 127.0.0.1 on which nobody listens, another one each time. Throws when all are taken. */
export async function freePort() {
  for (let looked = 0; looked < count; looked += 1) {
    const port = first + next;
    next = (next + 1) % count;
    if (await isFree(port)) return port;
  }
  throw new Error(`nobody has a free port from ${first} to ${first + count - 1}`);
}

async function isFree(port) {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
