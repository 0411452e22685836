import type { ServerResponse } from "node:http";
import { BackworksError } from "../errors.ts";
import { HeaderList } from "../headers.ts";
import type { HeaderInit } from "../headers.ts";
import type { LiveExchange } from "./exchange.ts";

/** What Node writes its own interim responses with: before the head of the response, and in the order of requests. */
interface RawWriter {
  _writeRaw(data: string, encoding: BufferEncoding): void;
}

/** Source: RFC 9110, 5.5 and 5.6.2. */
const goodName = /^[\w!#$%&'*+.^`|~-]+$/;
const badValue = /[^\t\x20-\x7e\x80-\xff]/;

/** Whether a header field can have this name and value. */
export function isGoodField(name: string, value: string): boolean {
  return goodName.test(name) && !badValue.test(value);
}

/** Sends an interim response. Node has a way for some of them, and for none with fields of any name. */
export function inform({ answer, message }: LiveExchange, status: number, headers?: HeaderInit): void {
  const head = toHead(status, HeaderList.from(headers));
  // RFC 9110, 15.2: HTTP/1.0 has none of them.
  if (message.httpVersion === "1.0" || answer.headersSent || answer.destroyed) return;
  // A response of a server of ours or of Node; what stands in for one when a request is only explained has its head sent.
  (answer as ServerResponse & RawWriter)._writeRaw(head, "latin1");
}

function toHead(status: number, headers: HeaderList): string {
  if (!Number.isInteger(status) || status < 102 || status > 199)
    throw invalid(`status ${status} is not an interim one`);
  let head = `HTTP/1.1 ${status} ${titles[status] ?? ""}\r\n`;
  for (const [name, value] of headers) {
    if (!isGoodField(name, value)) throw invalid(`its field ${JSON.stringify(name)} is none`);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

function invalid(problem: string): BackworksError {
  return new BackworksError("BW_RESPONSE_INVALID", { problem: `an interim response cannot be sent: ${problem}` });
}

const titles: Readonly<Record<number, string>> = { 102: "Processing", 103: "Early Hints" };
