import type { Duplex, Readable } from "node:stream";
import type { BodySource } from "./body-source.ts";
import type { HeaderInit, HeaderList } from "./headers.ts";

/** A value now or later. What does not wait creates no promise. */
export type MaybePromise<T> = T | Promise<T>;

/** A value that JSON can hold; a member that is `undefined` is left out. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** Query, cookies and form fields: no prototype; a repeated name has an array. */
export type FieldMap = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One request and its response. Allocated once per request; no property is added later. */
export interface Exchange {
  /** Request id: a well-formed `x-request-id` of the client, otherwise a fresh one. */
  readonly id: string;
  /** W3C Trace Context of this request: the caller's trace id with a span id of ours. */
  readonly trace: TraceContext;
  /** Clock milliseconds at which the request arrived. */
  readonly startedAt: number;
  /** Aborted when the client goes away or a time limit fires; created when first read. */
  readonly signal: AbortSignal;
  /**
   * Has `listener` called when `signal` is aborted, without a signal being made: that would cost a request several percent. The last listener
   * counts, of each plugin and of the mode; `undefined` takes it away.
   */
  onLeave(listener: ((reason: unknown) => void) | undefined): void;
  /** What the client sent. */
  readonly request: BackworksRequest;
  /** The route that matched; `undefined` when none did (404 and 405 pass through hooks too). */
  readonly route: RouteInfo | undefined;
  /** What will be sent; `undefined` until a hook or the mode answered. */
  response: BackworksResponse | undefined;
  /** The server behind this one that was asked last, for the log; whoever asks it writes it down. */
  forwardedTo?: ForwardedTo | undefined;
  /** Answers early: the mode is skipped, after-hooks still run. Returns the response, which may be changed further. */
  respond(response: ResponseInit): BackworksResponse;
  /**
   * Sends an interim response, 100 to 199 but not 101, ahead of the real one (RFC 9110, 15.2): 103 with `link`, say. Nothing happens where none
   * can be sent: to HTTP/1.0, or once the response is on its way.
   *
   * @throws BW_RESPONSE_INVALID for any other status, and for fields that are none
   */
  inform(status: number, headers?: HeaderInit): void;
  /** This request's own slot of a plugin, made on first use. */
  state<T>(key: StateKey<T>): T;
}

/** A server behind this one, as the configuration names it. */
export interface ForwardedTo {
  /** The upstream it belongs to. */
  readonly upstream: string;
  /** Its name, otherwise its URL. */
  readonly target: string;
}

/** Source: W3C Trace Context, section 3.2. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits: the span of this request. */
  readonly spanId: string;
  /** Whether the caller recorded the trace. */
  readonly sampled: boolean;
  /** The caller's `tracestate`, passed on as it came. */
  readonly state: string | undefined;
}

/** A request, parsed no further than somebody reads it. */
export interface BackworksRequest {
  /** Upper case. */
  readonly method: string;
  /** Request target as it came, with the query. */
  readonly url: string;
  /** Path as it came, percent-encoded, without the query. */
  readonly path: string;
  /** Text after `?`, without it; empty when there is none. */
  readonly search: string;
  /** Parsed when first read. */
  readonly query: FieldMap;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Names and values in turn, as they came: in order and in their case, a repeated name once per value. */
  readonly rawHeaders: readonly string[];
  /** Parsed when first read. */
  readonly cookies: FieldMap;
  /** Path parameters, decoded; `{id:int}` is a number, every other kind a string. No prototype. */
  readonly params: Readonly<Record<string, string | number>>;
  /** Address of the client. */
  readonly ip: string;
  /** The other end of the connection: the client, or the proxy before us. */
  readonly peer: Peer;
  /** The body, once it was read: by `body()`, or because a hook or the mode declared `needs.requestBody`. */
  readonly received: RequestBody | undefined;
  /**
   * Reads the whole body, once; later calls give the same.
   *
   * @throws BW_REQUEST_TOO_LARGE, BW_REQUEST_ABORTED
   */
  body(): Promise<RequestBody>;
  /**
   * The body as it comes, in place of `body()`: content codings are left on, nothing is kept, and reading pauses with whoever takes it. Of a body
   * that was read already it gives those bytes. `undefined` when the request has none.
   *
   * For handlers with `needs.requestStream`: without, the body is limited as every other, and one of unknown length has been read. A client that
   * waits for `100 Continue` is told when the source starts, unless `inform(100)` did. What a client does not finish fails with
   * BW_REQUEST_ABORTED, what is too large with BW_REQUEST_TOO_LARGE.
   */
  stream(): BodySource | undefined;
}

/** Facts of a connection. */
export interface Peer {
  /** IPv4 or IPv6, in one spelling. */
  readonly address: string;
  /** Whether `server.trust_proxy` takes its word for who the client is. */
  readonly trusted: boolean;
  /** Whether it came over TLS. */
  readonly encrypted: boolean;
  /** Port of ours that it came to; `undefined` within the process. */
  readonly localPort: number | undefined;
}

/** A request body that was read to its end. */
export interface RequestBody {
  /** As they were sent, transfer and content codings undone. */
  readonly bytes: Uint8Array;
  /** Decoded as UTF-8. */
  readonly text: string;
  /**
   * JSON, form fields or text by content type; `undefined` when empty. What is not what its type says is text here: broken JSON, JSON
   * that is too deep or has a key that is not allowed. A handler that declares `needs.requestBody` never sees such a body.
   */
  readonly value: JsonValue | undefined;
}

/** `null` sends nothing, a string text, an object JSON; a stream or a source is sent as it comes. */
export type ResponseBody = null | string | Uint8Array | Readable | BodySource | ConnectionFault | JsonValue;

const faultBrand: unique symbol = Symbol.for("backworks.connectionFault");

/**
 * What goes wrong on the connection instead of a response; the server carries it out after the after-hooks.
 *
 * - `reset`: a TCP reset, nothing sent.
 * - `empty`: the connection closes, nothing sent.
 * - `hang`: nothing is sent until the client leaves or the server closes.
 * - `raw_bytes`: `bytes` instead of a response, then the connection closes.
 * - `truncated`: status, headers and a content-length for all of `bytes`, but only the first half of them; then the connection closes.
 * - `malformed_chunk`: status, headers, `bytes` as one chunk, then a chunk whose size is not a number; then the connection closes.
 */
export class ConnectionFault {
  /** What happens. */
  readonly kind: ConnectionFaultKind;
  /** What is sent by the kinds that send something. */
  readonly bytes: Uint8Array;
  /** What `instanceof` looks for, whichever copy of the package made it. */
  readonly [faultBrand] = true;

  constructor(kind: ConnectionFaultKind, bytes: Uint8Array = new Uint8Array(0)) {
    this.kind = kind;
    this.bytes = bytes;
  }

  /** One that another copy of the package made is one too. */
  static [Symbol.hasInstance](value: unknown): value is ConnectionFault {
    return typeof value === "object" && value !== null && faultBrand in value;
  }
}

/** What can go wrong on a connection; {@link ConnectionFault} explains each. */
export type ConnectionFaultKind = "reset" | "empty" | "hang" | "raw_bytes" | "truncated" | "malformed_chunk";

/** A whole response, as after-hooks see and change it. */
export interface BackworksResponse {
  /** HTTP status, 200 to 599. */
  status: number;
  /** May be written; the list is this response's own. */
  readonly headers: HeaderList;
  /** Replace it to send something else. A stream that nobody will read is the replacer's to destroy, a source to cancel. */
  body: ResponseBody;
}

/** What handlers and `respond()` may give instead of a whole response. */
export interface ResponseInit {
  /** HTTP status. @defaultValue 200 */
  readonly status?: number | undefined;
  /** A list is copied. @defaultValue none */
  readonly headers?: HeaderInit | undefined;
  /** What is sent. @defaultValue null */
  readonly body?: ResponseBody | undefined;
}

/** Facts of a compiled route that everybody may see. */
export interface RouteInfo {
  /** `<endpoint> <METHOD> <pattern>`; stable across reloads. */
  readonly id: string;
  /** Name of the endpoint in the configuration. */
  readonly endpoint: string;
  /** Upper case; `*` for a route of every method that nothing else answers. */
  readonly method: string;
  /** Without `server.base_path`, parameters as `{name}` or `{name:type}`. */
  readonly pattern: string;
  /** Name of the mode that answers. */
  readonly mode: string;
  /** The same as long as nothing changed that the endpoint is made of, over reloads and in every process; absent for routes of plugins. */
  readonly identity?: string;
  /** Modes that answer for it, in the order in which they are asked; absent where it answers itself. */
  readonly answeredBy?: readonly string[];
}

/** Answers a request. */
export type Handler = (exchange: Exchange) => MaybePromise<ResponseInit>;

/**
 * Takes over a connection (RFC 9110, 7.8). Hooks ran before; what they answered with was sent instead.
 *
 * Writes the 101 itself, or writes nothing and returns the response that is sent instead. `head` is what arrived behind the request.
 */
export type UpgradeHandler = (
  exchange: Exchange,
  socket: Duplex,
  head: Uint8Array,
) => MaybePromise<UpgradedConnection | ResponseInit | void>;

/** A connection that was taken over. */
export interface UpgradedConnection {
  /** Asks for the end, in the protocol's own words (RFC 6455, 7.4.1: 1001 going away). Whoever is still there a second later is cut. */
  close(code: number, reason: string): void;
}

/** Names a plugin's slot in an exchange. */
export interface StateKey<T> {
  /** Shown when debugging; two keys of one name are two slots. */
  readonly name: string;
  /** Makes the first value. */
  readonly create: () => T;
  /** Where it is there, keys that have it name one slot: those of several copies of a package. @defaultValue the key itself */
  readonly slot?: symbol;
}

/** Makes the key of a per-request slot; `create` runs when the slot is first read. */
export function defineState<T>(name: string, create: () => T): StateKey<T> {
  return { name, create };
}
