import { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { endLingering } from "./linger.ts";

/**
 * Requests of our servers. Express's helpers are put on this prototype when something is mounted.
 *
 * What a router writes on a request is there from the start, so that all requests keep one shape (bench: express mounted).
 */
export class ApiMessage extends IncomingMessage {
  res: unknown = undefined;
  next: unknown = undefined;
  baseUrl: unknown = undefined;
  originalUrl: unknown = undefined;
  params: unknown = undefined;
  route: unknown = undefined;
  /** Whether somebody takes its body as it comes. */
  isStreamed = false;
}

/** Responses of our servers; see `ApiMessage`. */
export class ApiAnswer extends ServerResponse<ApiMessage> {
  locals: unknown = undefined;
  /** The exchange that is told when the client goes. */
  watched: unknown = undefined;
}

/** A response to a request whose socket Node has handed over. The connection ends with it. */
export function createAnswer(message: IncomingMessage): ServerResponse {
  // Requests of our servers are of this class.
  const answer = new ApiAnswer(message as ApiMessage);
  answer.shouldKeepAlive = false;
  return answer;
}

/** Has a response of ours written to a socket. What is returned takes it off again: then the socket is somebody else's. */
export function attach(answer: ServerResponse, given: Duplex): () => void {
  // In-process connections do everything that is asked of a socket.
  const socket = given as Socket;
  // Node listens no longer, and an error that nobody hears ends the process.
  socket.on("error", () => {});
  const drain = (): void => void answer.emit("drain");
  const end = (): void => {
    answer.detachSocket(socket);
    answer.emit("close");
    endLingering(socket);
  };
  answer.assignSocket(socket);
  socket.on("drain", drain);
  answer.once("finish", end);
  return () => {
    socket.off("drain", drain);
    answer.off("finish", end);
    answer.detachSocket(socket);
  };
}
