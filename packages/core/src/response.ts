import { BackworksError } from "./errors.ts";
import type { BackworksResponse, ResponseInit } from "./exchange.ts";
import { HeaderList } from "./headers.ts";

const noHeaders = HeaderList.from().freeze();

/** A whole response; one that is whole already stays the same object. */
export function toResponse(init: ResponseInit): BackworksResponse {
  // It comes from code that no compiler may have seen.
  if (typeof init !== "object" || (init as ResponseInit | null) === null || Array.isArray(init)) throw invalid(init);
  if (init.headers instanceof HeaderList && init.status !== undefined && init.body !== undefined) {
    // Every part is there, so it has the shape of a response.
    return init as BackworksResponse;
  }
  const headers = init.headers === undefined ? noHeaders : HeaderList.from(init.headers);
  return { status: init.status ?? 200, headers, body: init.body ?? null };
}

function invalid(given: unknown): BackworksError {
  const nothing = given === undefined || given === null;
  const found = nothing ? "nothing" : Array.isArray(given) ? "a list" : `a ${typeof given}`;
  const problem = `the response is ${found} instead of { status, headers, body }`;
  return new BackworksError("BW_RESPONSE_INVALID", { problem });
}

/** The same response with headers that may be written, sharing their storage until then. */
export function toWritable(response: BackworksResponse): BackworksResponse {
  return { status: response.status, headers: response.headers.copy(), body: response.body };
}

/** A whole response that is the caller's own: its headers may be written. */
export function toOwnResponse(init: ResponseInit): BackworksResponse {
  return toWritable(toResponse(init));
}
