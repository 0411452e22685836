import { BackworksError } from "../../errors.ts";
import { isObject } from "../../json/value.ts";
import { isFormType, isJsonType, parseMediaType } from "../media-type.ts";
import type { ReceivedBody } from "../received-body.ts";
import type { CompiledPart } from "./compile.ts";
import { addViolations } from "./refuse.ts";
import type { Step } from "./refuse.ts";

/** A list of everything that is wrong with a larger body would be larger still. */
const listedBytes = 16_384;

const accepted = "application/json, application/x-www-form-urlencoded, multipart/form-data";

/** Finds what is wrong with the body. */
export function bodyStep(schemas: readonly CompiledPart[], method: string): Step {
  const required = method !== "DELETE" && schemas.some((schema) => schema.required);
  return ({ received, headers }, found) => {
    if (received === undefined || received.bytes.length === 0) {
      if (required) throw new BackworksError("BW_REQUEST_BODY_MISSING", { expected: accepted });
      return;
    }
    const isForm = isFormBody(received, headers["content-type"], method);
    const { value } = received;
    const isLarge = received.bytes.length > listedBytes;
    for (const { check, fields } of schemas) {
      // Fields of a form are texts, whatever they stand for.
      const seen = isForm && isObject(value) ? fields.read(value) : value;
      addViolations(found, "body", isLarge ? check.first(seen) : check(seen));
    }
  };
}

/** Whether the body is a form; otherwise it is JSON. @throws BW_REQUEST_MEDIA_TYPE when it is neither */
function isFormBody({ value }: ReceivedBody, contentType: string | undefined, method: string): boolean {
  const type = parseMediaType(contentType ?? "");
  if (isFormType(type)) return true;
  // Many a client forgets to say that it sends JSON.
  const guessed = type.name === "" && typeof value !== "string";
  if (!isJsonType(type) && !guessed) throw wrongType(type.name || "of no type", method);
  return false;
}

/** Source: RFC 5789, 2.2; Linked Data Platform 1.0, 7.1. */
function wrongType(type: string, method: string): BackworksError {
  const name = method === "PATCH" ? "accept-patch" : "accept-post";
  const headers = { [name]: accepted };
  return new BackworksError("BW_REQUEST_MEDIA_TYPE", { type, expected: accepted }, { headers });
}
