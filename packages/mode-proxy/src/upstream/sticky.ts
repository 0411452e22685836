import { createHash } from "node:crypto";
import type { Exchange } from "@backworks/core";

/** How clients are kept at their target. */
export interface StickySettings {
  readonly cookie: string;
  /** Seconds; `undefined` as long as the browser is open. */
  readonly maxAgeSeconds: number | undefined;
  /** Where the API begins: `/` or `server.base_path`. */
  readonly path: string;
}

/** Upstreams whose targets one cookie tells. */
const mostTokens = 16;

/** Recognises targets by a cookie that says nothing of them. Several upstreams may have one of the same name: it holds a token for each. */
export class Sticky {
  readonly #settings: StickySettings;
  readonly #upstream: string;
  /** With what tokens of this upstream begin. */
  readonly #mark: string;

  constructor(upstream: string, settings: StickySettings) {
    this.#upstream = upstream;
    this.#settings = settings;
    this.#mark = hashOf(upstream).slice(0, 4);
  }

  /** The token of this upstream that the client brought. */
  valueOf(exchange: Exchange): string | undefined {
    return this.#tokensIn(exchange).find((token) => token.startsWith(this.#mark));
  }

  /** The same for the same target, in every process. */
  tokenOf(target: string): string {
    return this.#mark + hashOf(`${this.#upstream}\0${target}`).slice(0, 16);
  }

  /** `Set-Cookie` for a client that is at this target now; `undefined` when it knows. */
  cookieFor(exchange: Exchange, token: string): string | undefined {
    if (this.valueOf(exchange) === token) return undefined;
    const { cookie, maxAgeSeconds, path } = this.#settings;
    const others = this.#tokensIn(exchange).filter((one) => !one.startsWith(this.#mark));
    const value = [...others.slice(1 - mostTokens), token].join(".");
    const age = maxAgeSeconds === undefined ? "" : `; Max-Age=${maxAgeSeconds}`;
    const secure = exchange.request.peer.encrypted ? "; Secure" : "";
    return `${cookie}=${value}; Path=${path}; HttpOnly; SameSite=Lax${secure}${age}`;
  }

  #tokensIn({ request }: Exchange): readonly string[] {
    const value = request.cookies[this.#settings.cookie];
    const text = typeof value === "string" ? value : (value?.[0] ?? "");
    return text.split(".").filter((token) => /^[\w-]{20}$/.test(token));
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
