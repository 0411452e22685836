import type { ModeHealth } from "@backworks/core";
import type { Dialect } from "../dialect.ts";
import type { Engine, Result, Session, Statement } from "../engine.ts";
import type { Pool, Pooled } from "./pool.ts";

/** A connection that runs statements. */
export type SqlConnection = Pooled & Session;

/** When several connections end at once, the next one may be among them. */
const mostAttempts = 5;

/** What hears what a server says. */
export interface Hearing extends Pick<Engine, "close"> {
  listen(channel: string, told: (payload: string) => void): () => void;
}

/** What an engine over a server is made of. */
export interface PooledParts {
  readonly primary: Pool<SqlConnection>;
  readonly replicas: readonly Pool<SqlConnection>[];
  /** `undefined` where servers say nothing by themselves. */
  readonly hearing?: Hearing | undefined;
}

/** An engine over a primary and its replicas. */
export class PooledEngine implements Engine {
  readonly dialect: Dialect;
  readonly #primary: Pool<SqlConnection>;
  readonly #replicas: readonly Pool<SqlConnection>[];
  readonly #hearing: Hearing | undefined;
  readonly listen: Engine["listen"];
  #turn = 0;

  constructor(dialect: Dialect, { primary, replicas, hearing }: PooledParts) {
    this.dialect = dialect;
    this.#primary = primary;
    this.#replicas = replicas;
    this.#hearing = hearing;
    this.listen = hearing && ((channel, told) => hearing.listen(channel, told));
  }

  async run(statement: Statement, binds: readonly unknown[], signal?: AbortSignal): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(statement, binds, { signal, replica: attempt === 1 });
      } catch (error) {
        if (attempt === mostAttempts || !this.#mayRepeat(error, statement)) throw error;
      }
    }
  }

  alone<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#primary.use(work, { alone: true });
  }

  start(): void {
    for (const pool of this.#pools) pool.start();
  }

  health(): ModeHealth {
    const { failure, numbers } = this.#primary;
    const details = { ...numbers, replicas: this.#replicas.length };
    if (failure !== undefined && numbers.connections === 0)
      return { status: "unhealthy", message: "it cannot be reached", details };
    const away = this.#replicas.filter((pool) => pool.failure !== undefined && pool.numbers.connections === 0).length;
    if (away > 0) return { status: "degraded", message: `${away} of its replicas cannot be reached`, details };
    return { status: "healthy", details };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.map((pool) => pool.close()), this.#hearing?.close()]);
  }

  get #pools(): readonly Pool<SqlConnection>[] {
    return [this.#primary, ...this.#replicas];
  }

  #once(
    statement: Statement,
    binds: readonly unknown[],
    { signal, replica }: { readonly signal: AbortSignal | undefined; readonly replica: boolean },
  ): Promise<Result> {
    const pool = replica && statement.reads ? this.#forReading() : this.#primary;
    return pool.use((connection) => this.#runOn(connection, statement, binds), { signal });
  }

  async #runOn(connection: SqlConnection, statement: Statement, binds: readonly unknown[]): Promise<Result> {
    try {
      return await connection.run(statement, binds);
    } catch (error) {
      // It is gone, or what it prepared is of no use any more: nobody gets it again.
      if (/^(?:stale|lost)$/.test(this.dialect.explain(error).kind)) connection.close().catch(() => {});
      throw error;
    }
  }

  /** Replicas in turn; the primary when they are away. */
  #forReading(): Pool<SqlConnection> {
    if (this.#replicas.length === 0) return this.#primary;
    const there = this.#replicas.filter((pool) => pool.failure === undefined);
    this.#turn = (this.#turn + 1) % Math.max(1, there.length);
    return there[this.#turn] ?? this.#primary;
  }

  /** Reading again is safe; and so is what was refused before it began. */
  #mayRepeat(error: unknown, { reads }: Statement): boolean {
    const { kind } = this.dialect.explain(error);
    return kind === "stale" || (kind === "lost" && reads);
  }
}
