import type { BackworksRequest, JsonValue } from "../../../exchange.ts";
import { parseJson } from "../../../json/parse.ts";

const nothing = new Uint8Array(0);

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
  const { text = "", bytes = nothing } = request.received ?? {};
  if (text.trim() === "") return { value: undefined, isEmpty: true, problem: "there is no body" };
  if (isJson(request.headers["content-type"])) {
    const value = request.received?.value;
    if (typeof value !== "string") return { value, isEmpty: false, problem: undefined };
  }
  try {
    return { value: parseJson({ bytes, text }), isEmpty: false, problem: undefined };
  } catch (error) {
    return { value: undefined, isEmpty: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

function isJson(contentType: string | readonly string[] | undefined): boolean {
  return typeof contentType === "string" && /^application\/(?:[^;]+\+)?json\b/i.test(contentType);
}
