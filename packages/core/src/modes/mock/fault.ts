import {
  ConnectionFault,
  type BackworksResponse,
  type ConnectionFaultKind,
  type ResponseInit,
} from "../../exchange.ts";
import type { Check } from "./match/check.ts";
import { textType } from "../../file-type.ts";
import { toBytes } from "./answer/response.ts";
import type { Gate } from "./gate.ts";
import type { FaultKind } from "./options/fault.ts";
import type { MockScope } from "./scope.ts";

/** A fault, compiled. */
export interface Fault {
  readonly kind: FaultKind;
  readonly checks: readonly Check[];
  readonly gates: readonly Gate[];
  readonly usesBody: boolean;
}

/** Whether the fault strikes this request. */
export function strikes({ checks, gates }: Fault, scope: MockScope): boolean {
  return checks.every((check) => check.test(scope)) && gates.every((gate) => gate.open(scope));
}

/** What goes wrong instead of a response, or the response gone wrong. */
export function applyFault(kind: FaultKind, response: BackworksResponse, scope: MockScope): ResponseInit {
  return effects[kind](response, scope);
}

type Effect = (response: BackworksResponse, scope: MockScope) => ResponseInit;

const effects: Readonly<Record<FaultKind, Effect>> = {
  reset: instead("reset", () => nothing),
  empty: instead("empty", () => nothing),
  hang: instead("hang", () => nothing),
  random_bytes: instead("raw_bytes", (_, scope) => randomBytes(scope)),
  truncated: instead("truncated", contentOf),
  malformed_chunk: instead("malformed_chunk", contentOf),
  wrong_content_type: withWrongType,
  bad_json: withBrokenJson,
};

const nothing = new Uint8Array(0);

function instead(
  kind: ConnectionFaultKind,
  bytes: (response: BackworksResponse, scope: MockScope) => Uint8Array,
): Effect {
  return (response, scope) => ({
    status: response.status,
    headers: response.headers,
    body: new ConnectionFault(kind, bytes(response, scope)),
  });
}

/** A fault needs something that can break. */
const substitute = Buffer.from('{"message":"a response that does not arrive whole"}');

function contentOf(response: BackworksResponse): Uint8Array {
  const bytes = toBytes(response.body);
  return bytes.length > 1 ? bytes : substitute;
}

/** Not the beginning of any HTTP response: the first byte is above 127. */
function randomBytes({ random }: MockScope): Uint8Array {
  const bytes = new Uint8Array(64 + Math.floor(random() * 192));
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = Math.floor(random() * 256);
  bytes[0] = 0x80 | (bytes[0] ?? 0);
  return bytes;
}

function withWrongType(response: BackworksResponse): ResponseInit {
  const headers = response.headers.copy();
  const isJson = /\bjson\b/.test(headers.get("content-type") ?? "");
  headers.set("content-type", isJson ? "text/html; charset=utf-8" : "application/json");
  return { status: response.status, headers, body: response.body ?? "" };
}

/** Objects, lists and texts lose their end; anything else gets an end it must not have. */
function withBrokenJson(response: BackworksResponse): ResponseInit {
  const headers = response.headers.copy();
  headers.delete("content-length");
  const type = headers.get("content-type");
  if (type === undefined || type === textType) headers.set("content-type", "application/json");
  const text = Buffer.from(contentOf(response)).toString("utf8").trimEnd();
  return { status: response.status, headers, body: /^[[{"]/.test(text) ? text.slice(0, -1) : `${text}}` };
}
