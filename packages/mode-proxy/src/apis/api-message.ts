import type { ApiRequest, ApiResponse, JsonValue } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import { refuseEscape } from "../rewrite/dot-segments.ts";
import { readContent, writeContent } from "../transform/content.ts";

/** A request to an API as it goes out. */
export interface ApiMessage {
  readonly method: string;
  /** Below the path of `base_url`, with the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

interface Fixed {
  /** Those of the configuration, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Pairs of authentication. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** What is asked, put together. @throws BW_REQUEST_PATH */
export function toMessage(request: ApiRequest, fixed: Fixed): ApiMessage {
  const { method = "GET", headers = {}, body } = request;
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const content = body === undefined ? undefined : writeContent(body);
  const type = content === undefined || content.type === "" ? {} : { "content-type": content.type };
  return {
    method: method.toUpperCase(),
    path: toPath(request, fixed.query),
    headers: {
      accept: "application/json, */*;q=0.5",
      "accept-encoding": "gzip, br",
      ...type,
      ...Object.fromEntries(fixed.headers),
      ...lower,
    },
    body: content?.bytes,
  };
}

function toPath({ path, query = {} }: ApiRequest, fixed: Fixed["query"]): string {
  if (!/^[\x21-\x7e]*$/.test(path)) {
    const problem = "has characters that must be percent-encoded";
    throw new BackworksError("BW_REQUEST_PATH", { path, problem });
  }
  const mark = path.indexOf("?");
  const own = mark < 0 ? path : path.slice(0, mark);
  const below = own === "" || own.startsWith("/") ? own : `/${own}`;
  refuseEscape(below);
  const search = [mark < 0 ? "" : path.slice(mark + 1), searchOf(query, fixed)].filter((part) => part !== "");
  return search.length === 0 ? below : `${below}?${search.join("&")}`;
}

function searchOf(query: NonNullable<ApiRequest["query"]>, fixed: Fixed["query"]): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) for (const one of [value].flat()) pairs.append(name, String(one));
  for (const [name, value] of fixed) pairs.append(name, value);
  return pairs.toString();
}

/** Headers as a library gives them. */
export type GivenHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** An answer, its codings undone. */
export function toResponse(status: number, given: GivenHeaders, bytes: Uint8Array): ApiResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers[name.toLowerCase()] = [value].flat().join(", ");
  }
  const content = readContent(bytes, headers["content-type"]);
  const body: JsonValue = content instanceof Uint8Array ? new TextDecoder().decode(content) : content;
  return { status, headers, body, bytes };
}
