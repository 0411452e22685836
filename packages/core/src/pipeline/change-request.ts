import { bytesOf, sourceOf } from "../body-source.ts";
import type { BackworksRequest, Exchange, JsonValue } from "../exchange.ts";
import { overlayRequest, withRequest } from "../overlay.ts";
import type { RequestMembers } from "../overlay.ts";
import { parseCookies, parseFields } from "./fields.ts";
import { isGoodField } from "./inform.ts";
import { isJsonType, parseMediaType } from "./media-type.ts";
import { ReceivedBody } from "./received-body.ts";

/** What a handler sees in the place of what came; what is not named stays as it is. */
export interface RequestChanges {
  /** Header fields by name, in any case: each in the place of all of that name, `undefined` in place of none. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The query, without the question mark. */
  readonly search?: string;
  /**
   * Another body: bytes and text as they are, anything else as JSON, `null` for none. Length and coding are those of this one; a
   * `content-type` that is not JSON becomes `application/json` for what is written as JSON.
   */
  readonly body?: Uint8Array | JsonValue;
}

/**
 * The exchange with another request, for `next` of an `around` hook. Whoever is behind the hook sees it; the exchange of the hook itself, and
 * whoever ran before, do not. Limits and validation have seen the request as it came.
 *
 * @throws TypeError when a header field is none, or the body has no JSON form
 */
export function changeRequest(exchange: Exchange, changes: RequestChanges): Exchange {
  const { request } = exchange;
  const body = changes.body === undefined ? undefined : bytesOf(changes.body);
  const fields = fieldsOf(changes, body, request);
  const changed = overlayRequest(request, {
    ...(fields.size > 0 && headersWith(fields, request)),
    ...(changes.search !== undefined && queryOf(changes.search, request)),
    ...(body !== undefined && bodyOf(body, fields.get("content-type")?.[0] ?? one(request.headers["content-type"]))),
  });
  return withRequest(exchange, changed);
}

/** Names in lower case; without values where a field is taken away. */
type Fields = ReadonlyMap<string, readonly string[]>;

function fieldsOf(
  { headers = {}, body }: RequestChanges,
  bytes: Uint8Array | undefined,
  request: BackworksRequest,
): Fields {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), toValues(name, value)] as const);
  if (bytes === undefined) return new Map(given);
  // A length and a coding that do not fit the body would break it.
  const fitting = given.filter(([name]) => !ofContent.has(name));
  return new Map([...contentFields(bytes, body, request), ...fitting]);
}

/** Fields that say how a body comes. */
const ofContent: ReadonlySet<string> = new Set([
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "expect",
  "trailer",
]);

/** Those of another body. */
function* contentFields(
  bytes: Uint8Array,
  body: RequestChanges["body"],
  { headers }: BackworksRequest,
): Generator<readonly [string, readonly string[]]> {
  for (const name of ofContent) yield [name, []];
  if (body !== null) yield ["content-length", [String(bytes.length)]];
  const isJson = isJsonType(parseMediaType(one(headers["content-type"]) ?? ""));
  if (body === null) yield ["content-type", []];
  else if (isData(body) && !isJson) yield ["content-type", ["application/json"]];
}

function isData(body: RequestChanges["body"]): boolean {
  return typeof body !== "string" && !(body instanceof Uint8Array);
}

function toValues(name: string, value: string | readonly string[] | undefined): readonly string[] {
  // What a plugin without types gives may be a number.
  const values = value === undefined ? [] : [value].flat().map(String);
  if (values.every((text) => isGoodField(name, text)) && isGoodField(name, "")) return values;
  throw new TypeError(`a request cannot have the header field ${JSON.stringify(name)} with this value`);
}

function headersWith(fields: Fields, { headers, rawHeaders }: BackworksRequest): RequestMembers {
  const nameAt = (index: number): string => (rawHeaders[index - (index % 2)] ?? "").toLowerCase();
  const kept = rawHeaders.filter((_, index) => !fields.has(nameAt(index)));
  const added = [...fields].flatMap(([name, values]) => values.flatMap((value) => [name, value]));
  const own = Object.entries(headers).filter(([name]) => !fields.has(name));
  const set = [...fields].filter(([, values]) => values.length > 0).map(([name, values]) => [name, join(name, values)]);
  return {
    headers: Object.fromEntries([...own, ...set]) as BackworksRequest["headers"],
    rawHeaders: [...kept, ...added],
    ...(fields.has("cookie") && { cookies: parseCookies(join("cookie", fields.get("cookie") ?? [])) }),
  };
}

/** Source: RFC 9110, 5.3; RFC 9113, 8.2.3 for cookies. */
function join(name: string, values: readonly string[]): string {
  return values.join(name === "cookie" ? "; " : ", ");
}

function queryOf(search: string, { path }: BackworksRequest): RequestMembers {
  return { search, url: search === "" ? path : `${path}?${search}`, query: parseFields(search) };
}

function bodyOf(bytes: Uint8Array, type: string | undefined): RequestMembers {
  const received = new ReceivedBody(bytes, type);
  return {
    received,
    body: () => Promise.resolve(received),
    stream: () => (bytes.length === 0 ? undefined : sourceOf(bytes)),
  };
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
