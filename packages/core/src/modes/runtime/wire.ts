import type { JsonValue } from "../../exchange.ts";
import type { LogFields, LogLevel } from "../../logger.ts";

/** A request as it goes to a handler: plain data, whatever runs it. */
export interface WireRequest {
  readonly id: string;
  /** Upper case. */
  readonly method: string;
  /** With the query. */
  readonly url: string;
  /** Without the query. */
  readonly path: string;
  readonly path_params: Readonly<Record<string, string | number>>;
  /** A repeated name has a list. */
  readonly query_params: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed by content type, or bytes where the endpoint asks for them; `null` when there is none. */
  readonly body: JsonValue | Uint8Array;
  /** Address of the client. */
  readonly ip: string;
}

/** What a handler failed with, as plain data. */
export interface Failure {
  /** Class of the error, when it has one. */
  readonly name?: string | undefined;
  readonly message: string;
  readonly stack?: string | undefined;
  /** When nothing was thrown: the handler answered with what is no answer, or its program said that it failed. */
  readonly kind?: "answer" | "exit" | undefined;
}

/** What handlers may ask the server for. */
export type ServiceName = "apis" | "databases" | "state";

/** From the server to whatever runs a handler. */
export type ToGuest =
  | { readonly id: number; readonly request: WireRequest }
  | { readonly cancel: number; readonly reason: string }
  /** So many bytes of a stream were taken: as many more may come. */
  | { readonly more: number; readonly bytes: number }
  | { readonly reply: number; readonly value?: unknown; readonly error?: Failure }
  /** To be answered at once, by a loop that is alive. */
  | { readonly ping: number };

/** From whatever runs a handler to the server. */
export type FromGuest =
  /** Once, when calls may come. */
  | { readonly ready: true }
  /** Instead, when the handler cannot be loaded. */
  | { readonly failed: Failure }
  | Answer
  | { readonly id: number; readonly error: Failure }
  | { readonly id: number; readonly chunk: string | Uint8Array }
  | { readonly id: number; readonly end: true }
  | { readonly ask: number; readonly id: number; readonly service: ServiceName; readonly args: readonly unknown[] }
  | { readonly log: LogLevel; readonly id?: number; readonly message: string; readonly fields?: LogFields | undefined }
  | { readonly pong: number };

/** Status and headers, with the whole body or before the chunks of a stream. */
export interface Answer {
  readonly id: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: JsonValue | Uint8Array;
  /** Whether chunks follow, up to an end or an error. */
  readonly stream?: boolean;
}

/** Bytes of a stream that are under way at most; then it waits until some were taken. */
export const streamWindowBytes = 262_144;

/** What a guest is told before it begins. Plain data. */
export interface GuestOrders {
  /** Name of the endpoint. */
  readonly endpoint: string;
  readonly handler: HandlerCode;
  /** What `context.env` holds. */
  readonly environment: Readonly<Record<string, string>>;
  readonly apis: readonly string[];
  readonly databases: readonly string[];
  /** Whether what would end or stop the whole server is kept from doing so: in a thread. */
  readonly guarded: boolean;
  /** The sandbox to run it in; `undefined` for none. */
  readonly sandbox?: SandboxOrders | undefined;
}

/** A sandbox inside of a thread. */
export interface SandboxOrders {
  /** File of `quickjs-emscripten`. */
  readonly module: string;
  readonly memoryBytes: number;
  /** For as long as code may run without a pause. */
  readonly timeoutMs: number;
  /** Absolute folder that modules are found below. */
  readonly root: string;
}

/** Where a handler's code is. */
export type HandlerCode =
  | {
      readonly kind: "file";
      /** Absolute. */
      readonly file: string;
      /** Changes with what the file and its imports hold. */
      readonly version: string;
    }
  | {
      readonly kind: "source";
      readonly text: string;
      /** What it calls itself in stacks: the configuration's file, absolute. */
      readonly name: string;
      /** Lines above it there. */
      readonly lineOffset: number;
      /** Absolute folder its relative imports begin at. */
      readonly folder: string;
    };
