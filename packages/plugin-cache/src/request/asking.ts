import { HeaderList } from "@backworks/core";
import type {
  BackworksRequest,
  BackworksResponse,
  Exchange,
  Peer,
  ResponseInit,
  RouteInfo,
  StateKey,
  TraceContext,
} from "@backworks/core";

/** What a request is asked again with. */
export interface AskingParts {
  readonly method: "GET" | "HEAD";
  readonly path: string;
  /** Without the question mark. */
  readonly search: string;
  /** Names in lower case and values in turn. */
  readonly rawHeaders: readonly string[];
}

/**
 * The exchange of a request that is asked for many: it says nothing of who asks, and nobody's leaving ends it.
 *
 * It lives as long as its answer is waited for, maybe longer than the exchange it was made from.
 */
export class Asking implements Exchange {
  readonly request: BackworksRequest;
  readonly id: string;
  readonly trace: TraceContext;
  readonly startedAt: number;
  readonly route: RouteInfo | undefined;
  response: BackworksResponse | undefined = undefined;
  readonly #slots = new Map<StateKey<unknown> | symbol, unknown>();
  readonly #abort = new AbortController();
  #onLeave: ((reason: unknown) => void) | undefined = undefined;

  constructor(exchange: Exchange, parts: AskingParts) {
    this.id = exchange.id;
    this.trace = exchange.trace;
    this.startedAt = exchange.startedAt;
    this.route = exchange.route;
    this.request = new AskingRequest(exchange.request, parts);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  onLeave(listener: ((reason: unknown) => void) | undefined): void {
    this.#onLeave = listener;
    if (this.signal.aborted) this.#tell();
  }

  /** Nobody waits for the answer any more. */
  abort(): void {
    if (this.signal.aborted) return;
    this.#abort.abort();
    this.#tell();
  }

  #tell(): void {
    const tell = this.#onLeave;
    this.#onLeave = undefined;
    tell?.(this.signal.reason);
  }

  respond({ status = 200, headers, body = null }: ResponseInit): BackworksResponse {
    return (this.response = { status, headers: HeaderList.from(headers), body });
  }

  /** An interim response is for one client, and here there may be many or none. */
  inform(): void {}

  /** Slots of its own: what plugins noted of who asks must not become part of an answer for all. */
  state<T>(key: StateKey<T>): T {
    const slot = key.slot ?? key;
    if (!this.#slots.has(slot)) this.#slots.set(slot, key.create());
    // The slot holds what the key's own `create` made, or that of another copy of it.
    return this.#slots.get(slot) as T;
  }
}

/** A GET or HEAD without a body, in one spelling and with the fields that count only. */
class AskingRequest implements BackworksRequest {
  readonly method: AskingParts["method"];
  readonly url: string;
  readonly path: string;
  readonly search: string;
  readonly headers: BackworksRequest["headers"];
  readonly rawHeaders: readonly string[];
  readonly query: BackworksRequest["query"];
  readonly cookies: BackworksRequest["cookies"];
  readonly params: BackworksRequest["params"];
  readonly ip: string;
  readonly peer: Peer;
  readonly received: BackworksRequest["received"];
  readonly #request: BackworksRequest;

  constructor(request: BackworksRequest, { method, path, search, rawHeaders }: AskingParts) {
    this.method = method;
    this.path = path;
    this.search = search;
    this.url = search === "" ? path : `${path}?${search}`;
    this.rawHeaders = rawHeaders;
    this.headers = toHeaders(rawHeaders);
    this.query = search === request.search ? request.query : ownQuery(search, request.query);
    this.cookies = this.headers["cookie"] === undefined ? Object.create(null) : request.cookies;
    this.params = request.params;
    // Read now: they are not to be had when the connection is gone.
    this.ip = request.ip;
    this.peer = request.peer;
    this.received = request.received;
    this.#request = request;
  }

  body(): ReturnType<BackworksRequest["body"]> {
    return this.#request.body();
  }

  stream(): undefined {
    return undefined;
  }
}

function toHeaders(flat: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < flat.length; index += 2) {
    const [name = "", value = ""] = [flat[index], flat[index + 1]];
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === "cookie" ? "; " : ", "}${value}`;
  }
  return headers;
}

/** The fields that are left; their values are those that were read already. */
function ownQuery(search: string, query: BackworksRequest["query"]): BackworksRequest["query"] {
  const left = new Set(new URLSearchParams(search).keys());
  const own: Record<string, BackworksRequest["query"][string]> = Object.create(null);
  for (const name of Object.keys(query)) if (left.has(name)) own[name] = query[name];
  return own;
}
