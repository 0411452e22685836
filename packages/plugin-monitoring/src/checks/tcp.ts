import { connect } from "node:net";
import type { RunCheck } from "./check.ts";

/** A connection that opens; it is closed at once. */
export const tcp: RunCheck<"tcp"> = ({ host, port }, { signal }) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
