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

/** Recognises targets by a cookie that says nothing of them. */
export class Sticky {
  readonly #settings: StickySettings;
  readonly #upstream: string;

  constructor(upstream: string, settings: StickySettings) {
    this.#upstream = upstream;
    this.#settings = settings;
  }

  /** What the client brought. */
  valueOf({ request }: Exchange): string | undefined {
    const value = request.cookies[this.#settings.cookie];
    return typeof value === "string" ? value : value?.[0];
  }

  /** The same for the same target, in every process. */
  tokenOf(target: string): string {
    return createHash("sha256").update(`${this.#upstream}\0${target}`).digest("base64url").slice(0, 16);
  }

  /** `Set-Cookie` for a client that is at this target now; `undefined` when it knows. */
  cookieFor(exchange: Exchange, token: string): string | undefined {
    if (this.valueOf(exchange) === token) return undefined;
    const { cookie, maxAgeSeconds, path } = this.#settings;
    const age = maxAgeSeconds === undefined ? "" : `; Max-Age=${maxAgeSeconds}`;
    const secure = exchange.request.peer.encrypted ? "; Secure" : "";
    return `${cookie}=${token}; Path=${path}; HttpOnly; SameSite=Lax${secure}${age}`;
  }
}
