import type { BackworksResponse, ResponseBody } from "../../../exchange.ts";
import { HeaderList } from "../../../headers.ts";
import { jsonType, textType } from "../../../file-type.ts";

/** Longest body kept as text; Node sends a short text together with the head in one write. */
const longestText = 32_768;

/** Content type of a value when no header gives one; `undefined` for no body. */
export function typeOfValue(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "string" ? textType : jsonType;
}

/** A value as it is sent: text as it is, nothing as nothing, everything else as JSON. */
export function toBody(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A body as bytes. A stream has none. */
export function toBytes(body: ResponseBody): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === "string" ? body : (toBody(body) ?? ""));
}

/** A response that never changes, ready to be sent and shared: frozen, with its content-length. */
export function prepareResponse(
  status: number,
  headers: HeaderList,
  body: string | Uint8Array | null,
): BackworksResponse {
  const list = HeaderList.from(headers);
  const bytes = body === null ? undefined : toBytes(body);
  if (bytes !== undefined) list.set("content-length", String(bytes.length));
  const sent = typeof body === "string" && bytes !== undefined && bytes.length <= longestText ? body : (bytes ?? null);
  return Object.freeze({ status, headers: list.freeze(), body: sent });
}
