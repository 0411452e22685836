import type { Server } from "node:net";
import type { AddressInfo } from "node:net";
import { BackworksError } from "../errors.ts";

/** Where a server listens. */
export interface Listening {
  readonly port: number;
  /** Without a slash at the end: `http://127.0.0.1:8080`. */
  readonly url: string;
}

/** Starts listening. @throws BW_PORT_IN_USE, BW_LISTEN_FAILED */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(explain(error, host, port));
    const begun = (): void => {
      server.off("error", fail);
      // A TCP server that listens has an address of this kind.
      const address = server.address() as AddressInfo;
      resolve({ port: address.port, url: `http://${toUrlHost(host)}:${address.port}` });
    };
    server.once("error", fail);
    try {
      server.listen({ host, port }, begun);
    } catch (error) {
      // A port that is none.
      fail(error as NodeJS.ErrnoException);
    }
  });
}

/** Every address is reached by the loopback one; IPv6 is written in brackets (RFC 3986, 3.2.2). */
function toUrlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): BackworksError {
  if (error.code === "EADDRINUSE") {
    const hint = "end the program that uses it, or choose another port; 0 takes any free one";
    return new BackworksError("BW_PORT_IN_USE", { port, host }, { hint, cause: error });
  }
  return new BackworksError("BW_LISTEN_FAILED", { port, host, problem: error.message }, { cause: error });
}
