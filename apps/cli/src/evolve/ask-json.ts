import type { IncomingAnswer, JsonValue, OpenApp, OutgoingRequest } from "@backworks/core";

/** An answer with its body read. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: IncomingAnswer["headers"];
  /** The text itself when it is no JSON; `undefined` when there is none. */
  readonly body: JsonValue | undefined;
}

/** Asks in process. */
export async function askJson(app: Pick<OpenApp, "inject">, request: OutgoingRequest): Promise<JsonAnswer> {
  const { status, headers, body } = await app.inject(request);
  const text = new TextDecoder().decode(body);
  return { status, headers, body: text === "" ? undefined : toJson(text) };
}

function toJson(text: string): JsonValue {
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(text) as JsonValue;
  } catch {
    // The body is something else than JSON.
    return text;
  }
}
