import { kindOf } from "../../../json-text.ts";
import { AnswerProblem } from "./failure.ts";
import type { HandlerContext } from "./handler-context.ts";
import { bytesOf, isBody, isStreamLike, isTypedBody, toJson } from "./plain-value.ts";

/** An answer ready to be sent. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Record<string, string | readonly string[]>;
  readonly body: null | string | Uint8Array | AsyncIterable<unknown> | Iterable<unknown>;
}

/** Headers of one answer at most; the server refuses far fewer, this many are not even told to it. */
const mostHeaders = 1000;

const envelopeKeys: ReadonlySet<string> = new Set(["status", "statusCode", "headers", "body"]);
/** With `statusCode`: what functions of AWS Lambda answer with. */
const lambdaKeys: ReadonlySet<string> = new Set([
  "statusCode",
  "headers",
  "multiValueHeaders",
  "cookies",
  "body",
  "isBase64Encoded",
]);

/**
 * What a handler returned as an answer: `{ status, headers, body }`, a `Response`, or the body itself.
 *
 * @throws AnswerProblem, and what members of the value throw
 */
export function toAnswer(returned: unknown): PlainAnswer {
  if (returned === undefined || returned === null) return { status: 204, headers: {}, body: null };
  if (isResponse(returned)) return ofResponse(returned);
  if (!isEnvelope(returned)) return withBody(200, {}, returned);
  const { status, statusCode, headers, body, ...lambda } = returned as Record<string, unknown>;
  const { multiValueHeaders, cookies, isBase64Encoded } = lambda;
  const own = { ...toHeaders(headers), ...toHeaders(multiValueHeaders) };
  if (Array.isArray(cookies)) own["set-cookie"] = cookies.map((cookie) => text(cookie));
  const isCoded = isBase64Encoded === true && typeof body === "string";
  return withBody(toStatus(status ?? statusCode), own, isCoded ? Buffer.from(body, "base64") : body);
}

/** What a handler left in its `res`. @throws AnswerProblem */
export function fromResponse({ statusCode, headers, body }: HandlerContext): PlainAnswer {
  return withBody(toStatus(statusCode), toHeaders(headers), body);
}

/** A `Response`, of whichever library for `fetch`. */
function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && kindOf(value) === "Response" && "status" in value;
}

/** An object of these keys only, with a number as status where it has one: `{ status: "active" }` is data. */
function isEnvelope(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value) || isBody(value)) return false;
  const keys = Object.keys(value);
  const { status, statusCode } = value as Record<string, unknown>;
  const known = typeof statusCode === "number" && status === undefined ? lambdaKeys : envelopeKeys;
  if (keys.length === 0 || !keys.every((key) => known.has(key))) return false;
  return [status, statusCode].every((code) => code === undefined || typeof code === "number");
}

function toStatus(status: unknown): number {
  if (status === undefined) return 200;
  if (Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599) return Number(status);
  throw new AnswerProblem(`status ${typeof status === "number" ? status : typeof status} is none from 200 to 599`);
}

function toHeaders(given: unknown): PlainAnswer["headers"] {
  const headers: PlainAnswer["headers"] = Object.create(null) as PlainAnswer["headers"];
  let count = 0;
  for (const [name, value] of entriesOf(given)) {
    if (value === undefined || value === null) continue;
    count += Array.isArray(value) ? value.length : 1;
    if (count > mostHeaders) throw new AnswerProblem(`there are more than ${mostHeaders} headers`);
    const key = name.toLowerCase();
    const values = Array.isArray(value) ? value.map((item) => text(item)) : text(value);
    // A list may repeat a name; `Headers` does for each cookie.
    const before = isList(given) ? headers[key] : undefined;
    headers[key] = before === undefined ? values : [before, values].flat();
  }
  return headers;
}

function entriesOf(given: unknown): Iterable<readonly [string, unknown]> {
  if (given === undefined || given === null) return [];
  if (typeof given !== "object") throw new AnswerProblem(`headers are a ${typeof given}, not an object`);
  return isList(given) ? pairsOf(given) : Object.entries(given);
}

function isList(given: unknown): given is Iterable<unknown> {
  return typeof given === "object" && given !== null && Symbol.iterator in given;
}

/** Of `Headers`, a `Map` or a list. */
function* pairsOf(given: Iterable<unknown>): Iterable<readonly [string, unknown]> {
  for (const pair of given) {
    const [name, value] = Array.isArray(pair) && pair.length === 2 ? (pair as readonly unknown[]) : [];
    if (typeof name !== "string") throw new AnswerProblem("headers are a list, of something else than [name, value]");
    yield [name, value];
  }
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new AnswerProblem(`a header is a ${typeof value}, not a text`);
}

function withBody(status: number, headers: PlainAnswer["headers"], body: unknown): PlainAnswer {
  if (body === undefined || body === null) return { status, headers, body: null };
  if (typeof body === "string") return { status, headers, body };
  const bytes = bytesOf(body);
  // A copy: what crosses to another thread takes all of the memory with it that it is a part of.
  if (bytes !== undefined) return { status, headers, body: new Uint8Array(bytes) };
  if (isTypedBody(body)) return withTypedBody(status, headers, body);
  if (isStreamLike(body)) return { status, headers, body };
  const json = toJson(body);
  return { status, headers: { "content-type": "application/json", ...headers }, body: json };
}

/** As `fetch` sends it: a form as a form, a file with its type. */
function withTypedBody(
  status: number,
  headers: PlainAnswer["headers"],
  given: Blob | FormData | URLSearchParams,
): PlainAnswer {
  const { headers: own, body } = ofResponse(new Response(given));
  const length = given instanceof Blob ? { "content-length": String(given.size) } : {};
  return { status, headers: { ...own, ...headers, ...length }, body };
}

/** They say how the message that brought a response was framed; the one that takes it on is another. */
const ofTheMessage = ["connection", "keep-alive", "transfer-encoding"] as const;

function ofResponse(response: Response): PlainAnswer {
  const headers = toHeaders(response.headers);
  for (const name of ofTheMessage) delete headers[name];
  // What was fetched has its coding undone, and its fields say nothing of that. Of what was made there is no URL.
  if (response.url !== "" && headers["content-encoding"] !== undefined) {
    delete headers["content-encoding"];
    delete headers["content-length"];
  }
  // A stream of the web can be read part by part in every Node from 20 on, which its type does not say everywhere.
  const body = response.body as AsyncIterable<unknown> | null;
  return { status: toStatus(response.status), headers, body };
}
