/** A response that came whole. */
export interface WholeAnswer {
  readonly status: number;
  /** Names in lower case; of several of one name the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** Cuts answers out of what a socket brings; one answer at a time, as no request is sent before the last is answered. */
export interface AnswerReader {
  push(chunk: Buffer): WholeAnswer | undefined;
}

export function createAnswerReader(): AnswerReader {
  let received = "";
  return {
    push(chunk) {
      // One character for each byte, so that lengths are lengths.
      received += chunk.toString("latin1");
      const answer = read(received);
      if (answer !== undefined) received = "";
      return answer;
    },
  };
}

function read(received: string): WholeAnswer | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = received.slice(0, end).split("\r\n");
  const headers = new Map(lines.map((line) => [nameOf(line), line.slice(line.indexOf(":") + 1).trim()]));
  const rest = received.slice(end + 4);
  const body = headers.has("transfer-encoding") ? readChunks(rest) : readLength(rest, headers);
  if (body === undefined) return undefined;
  return { status: Number(statusLine.split(" ")[1]), headers, text: Buffer.from(body, "latin1").toString("utf8") };
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(":")).toLowerCase();
}

function readLength(rest: string, headers: ReadonlyMap<string, string>): string | undefined {
  const length = Number(headers.get("content-length") ?? 0);
  return rest.length < length ? undefined : rest.slice(0, length);
}

/** Source: RFC 9112, 7.1; without trailers. */
function readChunks(rest: string): string | undefined {
  let body = "";
  let at = 0;
  for (;;) {
    const line = rest.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(rest.slice(at, line), 16);
    const next = line + 2 + size + 2;
    if (rest.length < next) return undefined;
    if (size === 0) return body;
    body += rest.slice(line + 2, line + 2 + size);
    at = next;
  }
}
