import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/**
 * A port that nobody listens on.
 *
 * Workers that ask for port 0 get the same one only while one of them has it: a number outlives them all.
 */
export function findFreePort(host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host: host ?? "127.0.0.1", port: 0 }, () => {
      // A TCP server that listens has an address of this kind.
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
