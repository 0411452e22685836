import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A server that stands behind the one under test. */
export interface Upstream extends AsyncDisposable {
  readonly url: string;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
}

/** Answers every request with a text, or as a listener says. */
export async function startUpstream(answer: string | RequestListener): Promise<Upstream> {
  const open = new Set<Socket>();
  const server = createServer(
    { keepAliveTimeout: 60_000 },
    typeof answer === "string" ? (_request, response) => void response.end(answer) : answer,
  );
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
