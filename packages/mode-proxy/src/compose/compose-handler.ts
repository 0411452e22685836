import type { Exchange, Handler, JsonValue, ResponseInit } from "@backworks/core";
import { BackworksError, HeaderList, isBackworksError } from "@backworks/core";
import { collectBody } from "../wire/collect-body.ts";
import { decodeContent, readContent } from "../transform/content.ts";
import type { MapFields } from "../transform/field-map.ts";
import { isObject } from "../transform/is-object.ts";

/** One answer of several. */
export interface Part {
  readonly name: string;
  /** Asks for it. */
  readonly forward: Handler;
  /** Whether there is no answer without it. */
  readonly required: boolean;
  /** Steps to what is taken of it; empty for all. */
  readonly select: readonly string[];
  readonly map: MapFields | undefined;
}

/** Fetches all parts at the same time and answers with one object of them. */
export function composeHandler(parts: readonly Part[], limit: number): Handler {
  return async (exchange) => {
    const results = await Promise.all(parts.map((part) => fetchPart(part, exchange, limit)));
    const failure = results.find((result) => result.kind === "failed" && result.part.required);
    if (failure?.kind === "failed") return refuse(failure);
    const missing = results.flatMap((result) => (result.kind === "failed" ? [result.part.name] : []));
    const body = Object.fromEntries(
      results.map((result) => [result.part.name, result.kind === "there" ? result.value : null]),
    );
    const headers = missing.length === 0 ? {} : { "backworks-partial": missing.join(", ") };
    return { status: 200, headers, body };
  };
}

type Result =
  | { readonly kind: "there"; readonly part: Part; readonly value: JsonValue }
  | {
      readonly kind: "failed";
      readonly part: Part;
      readonly problem: string;
      /** What its server said, when that is the client's own mistake. */
      readonly answer?: ResponseInit;
      readonly cause?: unknown;
    };

async function fetchPart(part: Part, exchange: Exchange, limit: number): Promise<Result> {
  try {
    return toResult(part, await receive(await part.forward(exchange), limit, exchange.signal));
  } catch (cause) {
    // The client's own leaving is nothing that a part is missing for.
    if (!isBackworksError(cause) || cause.status === 499) throw cause;
    return { kind: "failed", part, problem: cause.message, cause };
  }
}

interface Received {
  readonly status: number;
  readonly type: string | undefined;
  readonly bytes: Uint8Array;
}

async function receive(
  { status = 200, headers: given, body }: ResponseInit,
  limit: number,
  signal: AbortSignal,
): Promise<Received> {
  const headers = HeaderList.from(given);
  const coded = await collectBody(body, limit, signal);
  const bytes = await decodeContent(coded, headers.get("content-encoding"), limit);
  return { status, type: headers.get("content-type"), bytes };
}

function toResult(part: Part, { status, type, bytes }: Received): Result {
  if (status >= 400 && status < 500) {
    const answer = { status, headers: type === undefined ? {} : { "content-type": type }, body: bytes };
    return { kind: "failed", part, problem: `it answered ${status}`, answer };
  }
  if (status < 200 || status > 299) return { kind: "failed", part, problem: `it answered ${status}` };
  const content = readContent(bytes, type);
  if (content instanceof Uint8Array) return { kind: "failed", part, problem: "it is neither JSON nor text" };
  const value = part.select.reduce<JsonValue | undefined>(memberOf, content);
  if (value === undefined) return { kind: "failed", part, problem: `it has no ${part.select.join(".")}` };
  return { kind: "there", part, value: part.map === undefined ? value : part.map(value) };
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A client's mistake is passed on as the server put it; anything else is ours to tell. */
function refuse({ part, problem, answer, cause }: Extract<Result, { kind: "failed" }>): ResponseInit {
  if (answer !== undefined) return answer;
  if (isBackworksError(cause) && [503, 504].includes(cause.status)) throw cause;
  throw new BackworksError("BW_PROXY_PART_FAILED", { part: part.name, problem }, { cause });
}
