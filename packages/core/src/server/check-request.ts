import type { IncomingMessage } from "node:http";
import { BackworksError } from "../errors.ts";
import type { LimitSettings, ServerSettings } from "../model/app.ts";
import { pathProblem } from "../router/segments.ts";

type Facts = Pick<ServerSettings, "limits" | "allowEncodedSlash">;

/**
 * Refuses what Node's parser lets through: the sizes of the head, the rules for Host, and what is not a request to this server.
 *
 * The connection ends with such an answer: where the next request begins may be in doubt.
 *
 * @returns the refusal, or nothing
 */
export function checkRequest(
  message: IncomingMessage,
  { limits, allowEncodedSlash }: Facts,
): BackworksError | undefined {
  const { url = "", httpVersion } = message;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return new BackworksError("BW_REQUEST_VERSION", {});
  if (url.length > limits.urlBytes) return new BackworksError("BW_REQUEST_URL_TOO_LONG", { limit: limits.urlBytes });
  return (
    checkFields(message, limits) ??
    checkFraming(message) ??
    (isPlain(url) ? undefined : checkTarget(message, allowEncodedSlash)) ??
    (message.method === "TRACE" ? refuseMethod(message) : undefined)
  );
}

/** Bytes that a header line has besides its name and value: a colon, a space and the line end. */
const bytesAround = 4;

function checkFields({ rawHeaders, httpVersion }: IncomingMessage, limits: LimitSettings): BackworksError | undefined {
  if (rawHeaders.length > 2 * limits.headerLines) {
    return new BackworksError("BW_REQUEST_HEADERS_TOO_LARGE", { limit: limits.headerLines });
  }
  let bytes = 0;
  let hosts = 0;
  let host = "";
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    bytes += name.length + value.length + bytesAround;
    if (name.length !== 4 || !isHost(name)) continue;
    hosts += 1;
    host = value;
  }
  if (bytes > limits.headerBytes) {
    return new BackworksError("BW_REQUEST_HEADERS_TOO_LARGE", { limit: `${limits.headerBytes} bytes` });
  }
  return checkHost(host, hosts, httpVersion);
}

function isHost(name: string): boolean {
  return name === "Host" || name === "host" || name.toLowerCase() === "host";
}

/** Source: RFC 9110, 7.2 (exactly one, and a valid one); RFC 9112, 3.2 (400). HTTP/1.0 knows none. */
function checkHost(host: string, hosts: number, httpVersion: string): BackworksError | undefined {
  if (hosts === 1) return isGoodHost(host) ? undefined : refused("its Host is not a host with an optional port");
  if (hosts > 1) return refused("it has more than one Host");
  return httpVersion === "1.0" ? undefined : refused("it has no Host");
}

/** The host that was found good last: most clients name the same, and comparing costs a tenth of looking again. */
let lastGood = "";

function isGoodHost(host: string): boolean {
  if (host === lastGood && host !== "") return true;
  if (!isAuthority(host)) return false;
  lastGood = host;
  return true;
}

const authority = /^(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+(?::\d{0,5})?$|^\[[\da-f:.]{2,45}\](?::\d{0,5})?$/i;

/** Source: RFC 3986, 3.2.2 and 3.2.3, without a user; an address of a future version is none. */
function isAuthority(text: string): boolean {
  return authority.test(text) && Number(/:(\d+)$/.exec(text.replace(/^\[.*\]/, ""))?.[1] ?? 0) <= 65_535;
}

/**
 * Source: RFC 9112, 6.1: an unknown coding is not implemented, and HTTP/1.0 has none at all.
 *
 * Node takes whatever ends in chunked, and takes an empty value for none: what follows would be read as the next request.
 */
function checkFraming({ headers, httpVersion }: IncomingMessage): BackworksError | undefined {
  const coding = headers["transfer-encoding"];
  if (coding === undefined) return undefined;
  if (httpVersion === "1.0") return refused("HTTP/1.0 has no Transfer-Encoding");
  if (coding.toLowerCase() === "chunked") return undefined;
  if (/^[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/.test(coding)) {
    return new BackworksError("BW_REQUEST_CODING", { coding });
  }
  return refused("its Transfer-Encoding names no coding");
}

/** Whether a target is a path and perhaps a query, with nothing to look at more closely. */
function isPlain(url: string): boolean {
  return url.charCodeAt(0) === 47 && !url.includes("#") && !url.includes("%") && !url.includes("/.");
}

/** Source: RFC 9112, 3.2: a path, an address as proxies get it, or `*` with OPTIONS. */
function checkTarget(message: IncomingMessage, allowEncodedSlash: boolean): BackworksError | undefined {
  const { url = "", method } = message;
  if (url.includes("#")) return refused("its target has a fragment");
  if (url === "*") return method === "OPTIONS" ? undefined : refused("only OPTIONS asks for *");
  const path = url.startsWith("/") ? url : takeAuthority(message, url);
  if (path === undefined) return refused("its target is neither a path nor an http address");
  const mark = path.indexOf("?");
  return checkPath(mark < 0 ? path : path.slice(0, mark), allowEncodedSlash);
}

/** Refuses a path that is not what it seems; for requests of a server that is not ours, where nothing else is ours to refuse. */
export function checkPath(path: string, allowEncodedSlash: boolean): BackworksError | undefined {
  const problem = isPlain(path) ? undefined : pathProblem(path, allowEncodedSlash);
  return problem === undefined ? undefined : new BackworksError("BW_REQUEST_PATH", { path, problem });
}

/** The path of an address. Source: RFC 9112, 3.2.2: its host stands in for that of the Host field, whatever that says. */
function takeAuthority({ headers }: IncomingMessage, url: string): string | undefined {
  const parts = /^https?:\/\/([^/?]*)(.*)$/i.exec(url);
  const [, host = "", path = ""] = parts ?? [];
  if (parts === null || !isAuthority(host)) return undefined;
  headers.host = host;
  return path;
}

const answered = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/** Source: RFC 9110, 9.3.8: what comes back may hold credentials that the client's side must not see. */
export function refuseMethod({ method = "", url: path = "" }: IncomingMessage): BackworksError {
  return new BackworksError("BW_METHOD_NOT_ALLOWED", { method, path }, { headers: { allow: answered } });
}

function refused(problem: string): BackworksError {
  return new BackworksError("BW_REQUEST_MALFORMED", { problem });
}
