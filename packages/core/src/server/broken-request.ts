import { BackworksError } from "../errors.ts";
import type { LimitSettings } from "../model/app.ts";

/** What Node's parser says of bytes it cannot read. */
export interface ParserError extends NodeJS.ErrnoException {
  /** In words. */
  readonly reason?: string;
  /** The bytes that came last. */
  readonly rawPacket?: Buffer;
  /** How many of them could be read. */
  readonly bytesParsed?: number;
}

type Explain = (error: ParserError, limits: LimitSettings) => BackworksError;

/** One for all: thousands may be due at the same moment, and where it was made says nothing. */
const tooSlow = new BackworksError("BW_REQUEST_TIMEOUT");

const explanations: Readonly<Record<string, Explain>> = {
  HPE_HEADER_OVERFLOW: explainOverflow,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () => new BackworksError("BW_REQUEST_CHUNK_EXTENSIONS"),
  ERR_HTTP_REQUEST_TIMEOUT: () => tooSlow,
  HPE_INVALID_VERSION: explainVersion,
  HPE_PAUSED_H2_UPGRADE: () => new BackworksError("BW_REQUEST_VERSION"),
  HPE_INVALID_METHOD: explainMethod,
};

/** The refusal of a request that Node's parser could not read, or not in time. */
export function toRefusal(error: ParserError, limits: LimitSettings): BackworksError {
  return explanations[error.code ?? ""]?.(error, limits) ?? malformed(error);
}

function malformed({ reason, message }: ParserError): BackworksError {
  return new BackworksError("BW_REQUEST_MALFORMED", { problem: reason || message });
}

/** What has been read of the last packet. */
function readPart({ rawPacket, bytesParsed = 0 }: ParserError): string {
  return rawPacket?.subarray(0, bytesParsed).toString("latin1") ?? "";
}

/** The target or the fields: the parser counts them together. Of a line whose beginning came earlier it cannot be told. */
function explainOverflow(error: ParserError, { urlBytes, headerBytes }: LimitSettings): BackworksError {
  const read = readPart(error);
  const line = read.slice(read.lastIndexOf("\n") + 1);
  if (/^[A-Z]+ \S*$/.test(line)) return new BackworksError("BW_REQUEST_URL_TOO_LONG", { limit: urlBytes });
  return new BackworksError("BW_REQUEST_HEADERS_TOO_LARGE", { limit: `${headerBytes} bytes` });
}

/** A version that could be one, or something else. */
function explainVersion(error: ParserError): BackworksError {
  return error.reason === "Invalid HTTP version" ? new BackworksError("BW_REQUEST_VERSION") : malformed(error);
}

const restOfLine = /^[!#$%&'*+.^`|~\w-]* \S+ HTTP\/\d\.\d\r?\n/;

/**
 * A method we do not know (RFC 9110, 15.6.2), or no request at all.
 *
 * The parser stops at the first letter with which none of its methods goes on; the rest of the line tells, when it is there.
 */
function explainMethod(error: ParserError): BackworksError {
  const { rawPacket, bytesParsed = 0 } = error;
  const rest = rawPacket?.subarray(bytesParsed, bytesParsed + 8192).toString("latin1") ?? "";
  const known = rest.includes("\n") ? restOfLine.test(rest) : /^[!#$%&'*+.^`|~\w-]/.test(rest);
  const begins = bytesParsed === 0 && rest.startsWith(" ");
  return known && !begins ? new BackworksError("BW_REQUEST_METHOD") : malformed(error);
}
