import { openConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import type { WholeAnswer } from "./answer-reader.ts";
import { createLatencies } from "./latencies.ts";
import type { Latencies } from "./latencies.ts";

/** What clients do. */
export interface LoadPlan {
  /** Clients that keep their connection. */
  readonly kept: number;
  /** Clients that open a connection for each request. */
  readonly fresh: number;
  /** What is asked next. */
  path(): string;
  /** Milliseconds between an answer and the next request. @defaultValue 4 */
  readonly pauseMs?: number;
  /** Says what is wrong with an answer; a status other than 200 when missing. `client` is the same for all answers on one kept connection. */
  check?(answer: WholeAnswer, client: ClientMemory): string | undefined;
}

/** What a check remembers about one connection. */
export type ClientMemory = Map<string, number>;

/** What clients met. */
export interface Measured {
  readonly requests: number;
  /** What went wrong: no connection, a reset, a wrong answer. The first hundred. */
  readonly failures: readonly string[];
  /** How many of them were broken connections. */
  readonly resets: number;
  readonly latencies: Latencies;
}

/** Clients at work. */
export interface Load extends AsyncDisposable {
  /** Measures anew from here, and gives what was measured before. */
  cut(): Measured;
  /** Waits for the answers under way and gives what was measured since the last cut. */
  stop(): Promise<Measured>;
}

/** Asks a server from several clients at once until it is stopped. */
export function startLoad(url: string, plan: LoadPlan): Load {
  const load = new Clients(url, plan);
  load.start();
  return load;
}

const shownFailures = 100;

class Clients implements Load {
  readonly #url: string;
  readonly #plan: LoadPlan;
  #tally = newTally();
  #stopping = false;
  #working: Promise<unknown> = Promise.resolve();

  constructor(url: string, plan: LoadPlan) {
    this.#url = url;
    this.#plan = plan;
  }

  start(): void {
    const { kept, fresh } = this.#plan;
    const clients = [...Array.from({ length: kept }, () => true), ...Array.from({ length: fresh }, () => false)];
    this.#working = Promise.all(clients.map((keeps) => this.#work(keeps)));
  }

  cut(): Measured {
    const measured = this.#tally;
    this.#tally = newTally();
    return measured;
  }

  async stop(): Promise<Measured> {
    this.#stopping = true;
    await this.#working;
    return this.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #work(keeps: boolean): Promise<void> {
    let connection: Connection | undefined;
    let memory: ClientMemory = new Map();
    while (!this.#stopping) {
      if (connection?.open !== true) memory = new Map();
      connection = await this.#once(connection, memory);
      if (!keeps) {
        connection?.close();
        connection = undefined;
      }
      await pause(this.#plan.pauseMs ?? 4);
    }
    connection?.close();
  }

  /** One request; the connection is opened when there is none. The time runs from before that. */
  async #once(kept: Connection | undefined, memory: ClientMemory): Promise<Connection | undefined> {
    const started = performance.now();
    try {
      const connection = kept?.open === true ? kept : await openConnection(this.#url);
      const answer = await connection.ask(`GET ${this.#plan.path()} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      this.#tally.latencies.add(performance.now() - started);
      this.#tally.requests += 1;
      const problem = this.#plan.check === undefined ? defaultCheck(answer) : this.#plan.check(answer, memory);
      if (problem !== undefined) this.#fail(problem);
      return connection;
    } catch (error) {
      this.#tally.resets += 1;
      this.#fail(String(error));
      return undefined;
    }
  }

  #fail(problem: string): void {
    if (this.#tally.failures.length < shownFailures) this.#tally.failures.push(problem);
  }
}

interface Tally extends Measured {
  requests: number;
  readonly failures: string[];
  resets: number;
}

function newTally(): Tally {
  return { requests: 0, failures: [], resets: 0, latencies: createLatencies() };
}

function defaultCheck({ status, text }: WholeAnswer): string | undefined {
  return status === 200 ? undefined : `status ${status}: ${text.slice(0, 200)}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
