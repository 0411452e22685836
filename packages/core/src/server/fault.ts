import type { Duplex } from "node:stream";
import type { ConnectionFault } from "../exchange.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import type { Packet } from "../pipeline/packet.ts";

/** Does to the connection what a fault asks for. The exchange ends when the connection closes. */
export function carryOutFault(fault: ConnectionFault, packet: Packet, exchange: LiveExchange): void {
  const { socket } = exchange.message;
  switch (fault.kind) {
    case "hang":
      return;
    case "reset":
      return reset(socket);
    case "empty":
      return void socket.destroy();
    case "raw_bytes":
      return void socket.end(fault.bytes);
    case "truncated":
      return truncate(fault.bytes, packet, exchange);
    case "malformed_chunk":
      return breakChunk(fault.bytes, packet, exchange);
  }
}

function reset(socket: Duplex & { resetAndDestroy?: () => unknown }): void {
  // Only a TCP socket can be reset; an in-process one is cut.
  if (socket.resetAndDestroy === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

function truncate(bytes: Uint8Array, { status, headers }: Packet, { answer, message }: LiveExchange): void {
  answer.writeHead(status, [...framed(headers), "content-length", String(bytes.length)]);
  answer.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => message.socket.end());
}

/** Source: RFC 9112, 7.1: a chunk begins with its size in hexadecimal digits. */
function breakChunk(bytes: Uint8Array, { status, headers }: Packet, { answer, message }: LiveExchange): void {
  answer.writeHead(status, [...framed(headers), "transfer-encoding", "chunked"]);
  answer.write(bytes, () => message.socket.end("not-a-size\r\n"));
}

function framed(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? "";
    if (name !== "content-length" && name !== "transfer-encoding") kept.push(name, headers[index + 1] ?? "");
  }
  return kept;
}
