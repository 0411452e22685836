import type { IncomingMessage, ServerResponse } from "node:http";
import { sourceOf } from "../body-source.ts";
import type { BodySource } from "../body-source.ts";
import type { BackworksRequest, FieldMap, MaybePromise, Peer } from "../exchange.ts";
import type { LimitSettings, ServerSettings } from "../model/app.ts";
import { admitBody, admitStream, readBody } from "./body.ts";
import { clientAddress, peerOf } from "./client-address.ts";
import { checkFields, parseCookies, parseFields } from "./fields.ts";
import type { ReceivedBody } from "./received-body.ts";
import { Upload } from "./upload.ts";

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
  received: ReceivedBody | undefined = undefined;
  /** Most bytes of a body that are taken; the route says it. */
  bodyBytes: number;
  /** Most bytes of one that is taken as it comes; `undefined` when the route's handler does not. */
  streamBytes: number | undefined = undefined;
  /** Whether a body comes that may be too large and does not say so. */
  isUnmeasured = false;
  readonly #message: IncomingMessage;
  readonly #answer: ServerResponse;
  readonly #settings: ServerSettings;
  #query: FieldMap | undefined = undefined;
  #ip: string | undefined = undefined;
  #cookies: FieldMap | undefined = undefined;
  #peer: Peer | undefined = undefined;
  #upload: Upload | undefined = undefined;
  #told = false;
  #receiving: MaybePromise<ReceivedBody> | undefined = undefined;
  #refusal: { readonly error: unknown } | undefined = undefined;

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

  get rawHeaders(): readonly string[] {
    return this.#message.rawHeaders;
  }

  get peer(): Peer {
    return (this.#peer ??= peerOf(this.#message, this.#settings.trustProxy));
  }

  set query(fields: FieldMap) {
    this.#query = fields;
  }

  set cookies(fields: FieldMap) {
    this.#cookies = fields;
  }

  /** A refusal is given as a rejection, whether it was known at once or later. */
  async body(): Promise<ReceivedBody> {
    return this.receive();
  }

  /**
   * Refuses what need not be read to be refused: fields of the query, size and coding of the body.
   *
   * @throws BW_REQUEST_FIELDS, BW_REQUEST_KEY, BW_REQUEST_TOO_LARGE, BW_REQUEST_ENCODING
   */
  admit(): void {
    if (this.search !== "") checkFields(this.search, this.#settings.limits.queryPairs);
    const limit = this.streamBytes;
    if (limit === undefined) this.isUnmeasured = this.#once(() => admitBody(this.#message, this.bodyBytes));
    else this.#once(() => admitStream(this.#message, limit));
  }

  /** The whole body in `received`; a promise only when it has to be waited for. What was refused once is refused again. */
  receive(): MaybePromise<ReceivedBody> {
    if (this.received !== undefined) return this.received;
    const body = (this.#receiving ??= this.#once(() => readBody(this.#message, this.#answer, this.#limits())));
    if (!(body instanceof Promise)) return (this.received = body);
    return body.then((read) => (this.received = read));
  }

  stream(): BodySource | undefined {
    if (this.received !== undefined)
      return this.received.bytes.length === 0 ? undefined : sourceOf(this.received.bytes);
    const { headers } = this;
    const announced = headers["content-length"];
    if (announced === "0" || (announced === undefined && headers["transfer-encoding"] === undefined)) return undefined;
    return (this.#upload ??= this.#once(
      () => new Upload(this.#message, this.streamBytes ?? this.bodyBytes, () => this.tellContinue()),
    ));
  }

  /** Tells a client that waits for it to go on, once (RFC 9110, 10.1.1). */
  tellContinue(): void {
    if (this.#told || this.headers.expect === undefined || this.#answer.headersSent) return;
    this.#told = true;
    this.#answer.writeContinue();
  }

  #once<T>(task: () => T): T {
    if (this.#refusal !== undefined) throw this.#refusal.error;
    try {
      return task();
    } catch (error) {
      this.#refusal = { error };
      throw error;
    }
  }

  #limits(): LimitSettings {
    const { limits } = this.#settings;
    return limits.bodyBytes === this.bodyBytes ? limits : { ...limits, bodyBytes: this.bodyBytes };
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
