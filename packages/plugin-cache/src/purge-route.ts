import { createHash, timingSafeEqual } from "node:crypto";
import { BackworksError } from "@backworks/core";
import type { Exchange, HandlerRoute, MaybePromise, ResponseInit } from "@backworks/core";
import type { CacheService } from "./service.ts";

/** Where answers are thrown away, and for whom. */
export interface PurgeRoute {
  readonly path: string;
  readonly token: string;
}

/** The route that throws answers away. */
export function createPurgeRoute({ path, token }: PurgeRoute, service: CacheService): HandlerRoute {
  const expected = digest(`Bearer ${token}`);
  return {
    name: "purge",
    path,
    methods: ["DELETE"],
    handler(exchange) {
      const given = exchange.request.headers["authorization"];
      if (given === undefined) throw refusal("none came");
      if (!timingSafeEqual(digest(String(given)), expected)) throw refusal("another one came");
      return answer(exchange, service);
    },
  };
}

function refusal(problem: string): BackworksError {
  return new BackworksError("BW_CACHE_PURGE", { problem }, { headers: { "www-authenticate": "Bearer" } });
}

/** Of one length, so that they can be compared in constant time. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function answer({ request }: Exchange, service: CacheService): MaybePromise<ResponseInit> {
  const { tag, url, endpoint, all } = request.query;
  const purges = [
    ...(tag === undefined ? [] : [service.purgeTags(list(tag))]),
    ...list(url).map((one) => service.purgeUrl(one)),
    ...list(endpoint).map((one) => service.purgeEndpoint(one)),
    ...(all === "true" ? [service.purgeAll()] : []),
  ];
  if (purges.length === 0) throw new BackworksError("BW_CACHE_PURGE_WHAT", {});
  return Promise.all(purges.map(async (purged) => purged)).then((done) => {
    if (done.every(Boolean)) return { status: 204 };
    // A store that is away gives nothing until it was done there; a process that is busy does it when it hears of it.
    return {
      status: 202,
      body: { done: false, reason: "not done everywhere yet: what could not be reached does it later" },
    };
  });
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
