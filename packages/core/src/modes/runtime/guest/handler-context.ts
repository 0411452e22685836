import { typeOfEnding } from "../../../file-type.ts";
import type { ContextMembers, HandlerApi, HandlerDatabase, HandlerLog, HandlerState } from "./context.ts";
import { AnswerProblem } from "./failure.ts";
import { isBody, toJson } from "./plain-value.ts";

type HeaderValue = string | readonly string[];

/**
 * What a handler gets besides the request: what it may reach, and the part of Express's response that a handler without a connection can have,
 * for `function handler(req, res)`.
 */
export class HandlerContext {
  readonly env: ContextMembers["env"];
  statusCode = 200;
  // Without a prototype: `get("constructor")` is no header.
  readonly headers = Object.create(null) as Record<string, HeaderValue>;
  body: unknown = undefined;
  readonly #id: number;
  readonly #members: ContextMembers;
  #isDone = false;
  #finish: (() => void) | undefined;
  #parts: (string | Uint8Array)[] | undefined;

  constructor(id: number, members: ContextMembers) {
    this.env = members.env;
    this.#id = id;
    this.#members = members;
  }

  get apis(): Readonly<Record<string, HandlerApi>> {
    return this.#members.apis(this.#id);
  }

  get databases(): Readonly<Record<string, HandlerDatabase>> {
    return this.#members.databases(this.#id);
  }

  get state(): HandlerState {
    return this.#members.state(this.#id);
  }

  get log(): HandlerLog {
    return this.#members.log(this.#id);
  }

  get signal(): AbortSignal {
    return this.#members.signal(this.#id);
  }

  /** Whether the answer is complete. */
  get headersSent(): boolean {
    return this.#isDone;
  }

  /** Resolves when the answer is complete. */
  get done(): Promise<void> {
    return this.#isDone ? Promise.resolve() : new Promise((resolve) => (this.#finish = resolve));
  }

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  set(name: string | Readonly<Record<string, HeaderValue>>, value?: HeaderValue | number): this {
    if (typeof name === "object") for (const [each, given] of Object.entries(name)) this.set(each, given);
    else this.headers[name.toLowerCase()] = Array.isArray(value) ? value.map(String) : String(value);
    return this;
  }

  header(name: string, value: HeaderValue): this {
    return this.set(name, value);
  }

  setHeader(name: string, value: HeaderValue | number): this {
    return this.set(name, value);
  }

  /** As in Node: status, perhaps its words, which HTTP has no more use for, and headers. */
  writeHead(code: number, ...given: readonly unknown[]): this {
    const headers = given.at(-1);
    if (typeof headers === "object" && headers !== null) this.set(headers as Readonly<Record<string, HeaderValue>>);
    return this.status(code);
  }

  get(name: string): HeaderValue | undefined {
    return this.headers[name.toLowerCase()];
  }

  getHeader(name: string): HeaderValue | undefined {
    return this.get(name);
  }

  removeHeader(name: string): void {
    delete this.headers[name.toLowerCase()];
  }

  append(name: string, value: HeaderValue): this {
    const before = this.get(name);
    return this.set(name, before === undefined ? value : [before, value].flat());
  }

  /** A media type, or the ending of a file that has it: `html`. */
  type(value: string): this {
    return this.set("content-type", typeOfEnding(value) ?? value);
  }

  redirect(status: number | string, location?: string): void {
    const [code, to] = typeof status === "number" ? [status, location] : [302, status];
    this.status(code).set("location", String(to)).end();
  }

  json(value: unknown): void {
    if (this.get("content-type") === undefined) this.type("application/json");
    // What JSON leaves out is `undefined`; an answer has a body then all the same.
    this.#end(toJson(value));
  }

  send(value?: unknown): void {
    if (value === undefined || value === null) this.#end(undefined);
    else if (isBody(value)) this.#end(value);
    else this.json(value);
  }

  sendStatus(code: number): void {
    this.status(code).end();
  }

  write(part: string | Uint8Array): true {
    if (this.#isDone) throw new AnswerProblem("res.write() came after the answer was complete");
    (this.#parts ??= []).push(part);
    return true;
  }

  end(part?: string | Uint8Array): void {
    const parts = [...(this.#parts ?? []), ...(part === undefined ? [] : [part])];
    this.#end(parts.length === 0 ? undefined : Buffer.concat(parts.map((each) => Buffer.from(each))));
  }

  #end(body: unknown): void {
    if (this.#isDone) throw new AnswerProblem("the handler answered twice");
    this.body = body;
    this.#isDone = true;
    this.#finish?.();
  }
}
