import type { Scheduler } from "@backworks/core";
import type { Client } from "pg";
import { Backoff } from "../pool/backoff.ts";
import { postgresql } from "./dialect.ts";

/** What a listener is made of. */
export interface ListenerParts {
  /** A connection that is open. */
  connect(): Promise<Pick<Client, "query" | "on" | "end">>;
  readonly scheduler: Scheduler;
}

type Listening = Awaited<ReturnType<ListenerParts["connect"]>>;

/**
 * Hears what is said on channels of a server, on a connection of its own that is there as long as somebody listens. After an interruption
 * everybody is told: something may have been missed.
 *
 * Source: PostgreSQL 15 documentation, LISTEN.
 */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #backoff: Backoff;
  readonly #told = new Map<string, Set<(payload: string) => void>>();
  #connection: Promise<Listening> | undefined;
  #interrupted = false;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.scheduler);
  }

  /** The result ends it. */
  listen(channel: string, told: (payload: string) => void): () => void {
    const all = this.#told.get(channel) ?? new Set();
    this.#told.set(channel, all);
    all.add(told);
    if (this.#connection === undefined) this.#open();
    else if (all.size === 1) this.#say("LISTEN", channel);
    return () => this.#leave(channel, told);
  }

  async close(): Promise<void> {
    this.#told.clear();
    await this.#end();
  }

  #leave(channel: string, told: (payload: string) => void): void {
    const all = this.#told.get(channel);
    all?.delete(told);
    if (all?.size !== 0) return;
    this.#told.delete(channel);
    if (this.#told.size === 0) void this.#end();
    else this.#say("UNLISTEN", channel);
  }

  /** Whoever closes it does not care whether it was there. */
  async #end(): Promise<void> {
    this.#backoff.stop();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#interrupted = false;
    await connection?.then((open) => open.end()).catch(() => {});
  }

  #open(): void {
    const opening = this.#parts.connect().then(async (connection) => {
      connection.on("notification", ({ channel, payload }) => this.#tell(channel, payload ?? ""));
      connection.on("end", () => this.#lose(opening));
      connection.on("error", () => this.#lose(opening));
      for (const channel of this.#told.keys()) await connection.query(`LISTEN ${postgresql.quote(channel)}`);
      return connection;
    });
    this.#connection = opening;
    opening.then(
      () => this.#opened(),
      () => this.#lose(opening),
    );
  }

  #opened(): void {
    this.#backoff.reset();
    if (!this.#interrupted) return;
    this.#interrupted = false;
    for (const channel of this.#told.keys()) this.#tell(channel, "");
  }

  /** Tries again until somebody hears, or nobody listens. */
  #lose(connection: Promise<Listening>): void {
    if (this.#connection !== connection) return;
    connection.then((open) => open.end()).catch(() => {});
    this.#interrupted = true;
    this.#backoff.after(() => {
      if (this.#connection === connection) this.#open();
    });
  }

  #tell(channel: string, payload: string): void {
    for (const told of this.#told.get(channel) ?? []) told(payload);
  }

  /** What fails here is lost with its connection, and said again on the next one. */
  #say(word: "LISTEN" | "UNLISTEN", channel: string): void {
    this.#connection?.then((open) => open.query(`${word} ${postgresql.quote(channel)}`)).catch(() => {});
  }
}
