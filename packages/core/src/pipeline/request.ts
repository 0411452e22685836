import type { IncomingMessage, ServerResponse } from "node:http";
import type { BackworksRequest, FieldMap, MaybePromise, RequestBody } from "../exchange.ts";
import type { ServerSettings } from "../model/app.ts";
import { readBody } from "./body.ts";
import { clientAddress } from "./client-address.ts";
import { parseCookies, parseFields } from "./fields.ts";

type Params = BackworksRequest["params"];

const noParams: Params = Object.freeze(Object.create(null));

/** A request as handlers and hooks see it; what costs something is done when first read. */
export class LiveRequest implements BackworksRequest {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly search: string;
  readonly headers: IncomingMessage["headers"];
  params: Params = noParams;
  received: RequestBody | undefined = undefined;
  /** Most bytes of a body that are taken; the route says it. */
  bodyBytes: number;
  readonly #message: IncomingMessage;
  readonly #answer: ServerResponse;
  readonly #settings: ServerSettings;
  #query: FieldMap | undefined = undefined;
  #ip: string | undefined = undefined;
  #cookies: FieldMap | undefined = undefined;
  #reading: Promise<RequestBody> | undefined = undefined;

  constructor(message: IncomingMessage, answer: ServerResponse, settings: ServerSettings) {
    const url = toOriginForm(message.url ?? "/");
    const mark = url.indexOf("?");
    this.method = message.method ?? "GET";
    this.url = url;
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.search = mark < 0 ? "" : url.slice(mark + 1);
    this.headers = message.headers;
    this.#message = message;
    this.#answer = answer;
    this.#settings = settings;
    this.bodyBytes = settings.limits.bodyBytes;
  }

  get query(): FieldMap {
    return (this.#query ??= parseFields(this.search));
  }

  get cookies(): FieldMap {
    return (this.#cookies ??= parseCookies(this.headers.cookie));
  }

  get ip(): string {
    return (this.#ip ??= clientAddress(this.#message, this.#settings.trustProxy));
  }

  body(): Promise<RequestBody> {
    // A refusal is given as a rejection, whether it was known at once or later.
    return (this.#reading ??= (async () => this.receive())());
  }

  /** The whole body in `received`; a promise only when it has to be waited for. */
  receive(): MaybePromise<RequestBody> {
    if (this.received !== undefined) return this.received;
    const body = readBody(this.#message, this.#answer, this.bodyBytes);
    if (!(body instanceof Promise)) return (this.received = body);
    return body.then((read) => (this.received = read));
  }
}

/**
 * Path and query of a request target.
 *
 * Source: RFC 9112, 3.2: a server must accept the absolute form too; `OPTIONS *` stays as it is.
 */
function toOriginForm(target: string): string {
  if (target.charCodeAt(0) === 47) return target;
  const authority = target.indexOf("://");
  if (authority < 0) return target;
  const path = target.slice(authority + 3).search(/[/?]/);
  if (path < 0) return "/";
  const rest = target.slice(authority + 3 + path);
  return rest.startsWith("?") ? `/${rest}` : rest;
}
