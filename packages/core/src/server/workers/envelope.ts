import type { IncomingHttpHeaders } from "node:http";
import type { ConnectionFaultKind } from "../../exchange.ts";
import type { PlainError } from "./plain-error.ts";

/** Carries an envelope, in both directions. */
export const envelopeHeader = "x-backworks-envelope";

/** A request on its way to the worker that answers it; the body travels behind. */
export interface RequestEnvelope {
  /** The configuration that received it. */
  readonly generation: number;
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  /** Of the connection, not of what proxies say. */
  readonly remoteAddress: string | undefined;
  /** Whether the body was read, and has no content coding any more. */
  readonly received: boolean;
}

/** What a handler returned. The body travels behind. */
export interface AnswerEnvelope {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: BodyKind;
}

/** What becomes of the bytes: `none` is `null`, `stream` is passed on as it comes. */
export type BodyKind = "none" | "text" | "bytes" | "json" | "stream" | `fault ${ConnectionFaultKind}`;

/** What a handler threw. */
export interface FailureEnvelope {
  readonly error: PlainError;
}

/** An envelope as the value of a header, which holds ASCII only. */
export function seal(envelope: RequestEnvelope | AnswerEnvelope | FailureEnvelope): string {
  return JSON.stringify(envelope).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The envelope in the value of a header. Between processes of ours; the type is what the other side sealed. */
export function unseal<Envelope>(value: string | string[] | undefined): Envelope {
  return JSON.parse(String(value)) as Envelope;
}
