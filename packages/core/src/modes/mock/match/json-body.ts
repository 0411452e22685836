import type { BackworksRequest, JsonValue } from "../../../exchange.ts";

/** A request's body taken for JSON. */
export interface JsonBody {
  /** `undefined` when there is no body, or it is no JSON. */
  readonly value: JsonValue | undefined;
  /** Whether nothing was sent at all. */
  readonly isEmpty: boolean;
  /** Why there is no value, for people. */
  readonly problem: string | undefined;
}

/** Reads JSON whatever the content type says: many a client forgets it. */
export function parseJsonBody(request: BackworksRequest): JsonBody {
  const text = request.received?.text ?? "";
  if (text.trim() === "") return { value: undefined, isEmpty: true, problem: "there is no body" };
  if (isJson(request.headers["content-type"])) {
    const value = request.received?.value;
    if (typeof value !== "string") return { value, isEmpty: false, problem: undefined };
  }
  try {
    return { value: JSON.parse(text) as JsonValue, isEmpty: false, problem: undefined };
  } catch (error) {
    return {
      value: undefined,
      isEmpty: false,
      problem: `the body is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function isJson(contentType: string | readonly string[] | undefined): boolean {
  return typeof contentType === "string" && /^application\/(?:[^;]+\+)?json\b/i.test(contentType);
}
