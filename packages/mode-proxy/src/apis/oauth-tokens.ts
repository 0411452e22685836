import { createHash } from "node:crypto";
import type { Clock, Logger, Scheduler } from "@backworks/core";
import { BackworksError, isBackworksError } from "@backworks/core";
import type { Dispatcher } from "undici";
import { Connections } from "../upstream/connections.ts";
import type { Opening } from "../upstream/build.ts";
import type { Shared } from "../upstream/registry.ts";
import { basicOf } from "./basic.ts";

/** How tokens are got. Source: RFC 6749, 4.4. */
export interface TokenSettings {
  readonly token_url: string;
  readonly client_id: string;
  readonly secret: string;
  readonly client_auth: "basic" | "body";
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
}

interface Tools {
  readonly api: string;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  hide(values: readonly string[]): void;
}

interface Token {
  readonly value: string;
  /** When it is got anew, while it still holds; `Infinity` when nothing says how long it holds. */
  readonly staleAt: number;
  readonly endsAt: number;
}

/** Why there is no token, and how long nobody asks for one. */
interface Failure {
  readonly error: BackworksError;
  /** Failures in a row, this one included. */
  readonly count: number;
  readonly until: number;
}

const timeoutMs = 10_000;
const largest = 65_536;
/** Share of its life after which a token is got anew. */
const freshRatio = 0.8;
/** Time after a failure in which nobody asks; it doubles with each. */
const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/**
 * Tokens of one client at one server: got once for all who wait, got anew before they end.
 *
 * A server that gives none is asked again after a pause, by one for all; in the meantime everybody is told what was wrong.
 */
export class OAuthTokens implements Shared {
  readonly #settings: TokenSettings;
  readonly #tools: Tools;
  #token: Token | undefined;
  #asking: Promise<Token> | undefined;
  #failure: Failure | undefined;
  /** When the last one was refused; it is not got anew again and again. */
  #refusedAt = -Infinity;

  constructor(settings: TokenSettings, tools: Tools) {
    this.#settings = settings;
    this.#tools = tools;
  }

  /** Those of the same client at the same server, also over a reload. */
  static of(settings: TokenSettings, { name, workshop, holder }: Opening & { readonly name: string }): OAuthTokens {
    const { context, registry } = workshop;
    const { scheduler } = context;
    const { origin } = new URL(settings.token_url);
    const hash = createHash("sha256").update(JSON.stringify(settings)).digest("base64url");
    const connections = registry.acquire(
      `token connections ${origin}`,
      holder,
      () => new Connections(origin, { tls: undefined, connections: undefined, keepAliveMs: undefined }, scheduler),
    );
    return registry.acquire(`tokens ${hash}`, holder, () => {
      const { clock, logger, hide } = context;
      return new OAuthTokens(settings, {
        api: name,
        dispatcher: connections.within(timeoutMs),
        clock,
        scheduler,
        logger,
        hide,
      });
    });
  }

  /** A token that holds. @throws BW_API_TOKEN */
  async get(signal: AbortSignal | undefined): Promise<string> {
    const now = this.#tools.clock.monotonic();
    const token = this.#token;
    if (token !== undefined && now < token.staleAt) return token.value;
    const fresh = this.#renew();
    if (token !== undefined && now < token.endsAt) {
      // It still holds: whoever asks does not wait, and a failure shows when it is needed.
      fresh.catch(() => {});
      return token.value;
    }
    return (await orAborted(fresh, signal)).value;
  }

  /** The server did not take a token. Whether another one may do better. */
  refuse(used: string): boolean {
    // Of those who had the same token, the first saw to it.
    if (used !== this.#token?.value) return true;
    const now = this.#tools.clock.monotonic();
    if (now - this.#refusedAt < 1000) return false;
    this.#refusedAt = now;
    this.#token = undefined;
    return true;
  }

  close(): void {
    this.#token = undefined;
  }

  #renew(): Promise<Token> {
    if (this.#asking !== undefined) return this.#asking;
    const { clock } = this.#tools;
    if (this.#failure !== undefined && clock.monotonic() < this.#failure.until) {
      return Promise.reject(this.#failure.error);
    }
    this.#asking = this.#ask()
      .then((token) => this.#keep(token))
      .catch((error: unknown) => this.#pause(error))
      .finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  #keep(token: Token): Token {
    this.#token = token;
    this.#failure = undefined;
    return token;
  }

  #pause(thrown: unknown): never {
    const { api, clock, logger } = this.#tools;
    const error = isBackworksError(thrown) ? thrown : new BackworksError("BW_INTERNAL", {}, { cause: thrown });
    const now = clock.monotonic();
    const count = (this.#failure?.count ?? 0) + 1;
    const endsAt = this.#token?.endsAt ?? now;
    // Once the present token has ended the next one is needed: the pause is over then.
    const longestMs = endsAt > now ? Math.min(longestPauseMs, endsAt - now) : longestPauseMs;
    const pauseMs = Math.min(longestMs, firstPauseMs * 2 ** (count - 1));
    this.#failure = { error, count, until: now + pauseMs };
    logger.warn(`API ${api} has no token`, { problem: error.details["problem"], failures: count, pauseMs });
    throw error;
  }

  async #ask(): Promise<Token> {
    const { clock, hide } = this.#tools;
    const began = clock.monotonic();
    const answer = await this.#request();
    const { access_token: value, token_type: type, expires_in: seconds } = answer;
    if (typeof value !== "string" || value === "") throw this.#failed("the answer has no access_token");
    if (typeof type === "string" && type.toLowerCase() !== "bearer") throw this.#failed("the token is not for bearers");
    hide([value]);
    const lifeMs = Number(seconds) > 0 ? Number(seconds) * 1000 : Infinity;
    return { value, staleAt: began + lifeMs * freshRatio, endsAt: began + lifeMs };
  }

  async #request(): Promise<Readonly<Record<string, unknown>>> {
    const { dispatcher, scheduler } = this.#tools;
    const time = new AbortController();
    const cancel = scheduler.after(timeoutMs, () => time.abort());
    try {
      const { statusCode, body } = await dispatcher.request({
        ...this.#message(),
        method: "POST",
        signal: time.signal,
      });
      const text = await limitedText(body);
      if (statusCode !== 200) throw this.#failed(`the server answered ${statusCode}${reasonOf(text)}`);
      const value: unknown = JSON.parse(text);
      // An object or nothing of use.
      return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
    } catch (cause) {
      if (cause instanceof BackworksError) throw cause;
      const problem = time.signal.aborted ? "the server did not answer in time" : "the server gave no answer of use";
      throw this.#failed(problem, cause);
    } finally {
      cancel();
    }
  }

  #message(): { readonly path: string; readonly headers: Record<string, string>; readonly body: string } {
    const { token_url, client_id, secret, client_auth, scope, audience } = this.#settings;
    const { pathname, search } = new URL(token_url);
    const form = new URLSearchParams({ grant_type: "client_credentials" });
    if (scope !== undefined) form.set("scope", scope);
    if (audience !== undefined) form.set("audience", audience);
    const headers: Record<string, string> = {
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    };
    if (client_auth === "basic") headers["authorization"] = basicOf(formEncode(client_id), formEncode(secret));
    else {
      form.set("client_id", client_id);
      form.set("client_secret", secret);
    }
    return { path: pathname + search, headers, body: form.toString() };
  }

  #failed(problem: string, cause?: unknown): BackworksError {
    return new BackworksError("BW_API_TOKEN", { api: this.#tools.api, problem }, { cause });
  }
}

/** Source: RFC 6749, 5.2. Anything else that the server wrote is not told: it may quote what it was sent. */
const reasons =
  /"error"\s*:\s*"(invalid_request|invalid_client|invalid_grant|unauthorized_client|unsupported_grant_type|invalid_scope)"/;

function reasonOf(text: string): string {
  const [, reason] = reasons.exec(text) ?? [];
  return reason === undefined ? "" : ` (${reason})`;
}

/** Source: RFC 6749, 2.3.1: both are encoded as forms are before they are put together. */
function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

async function limitedText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largest) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort))
      .catch(() => {});
  });
}
