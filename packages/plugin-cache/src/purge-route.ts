import { createHash, timingSafeEqual } from "node:crypto";
import { BackworksError } from "@backworks/core";
import type { Exchange, HandlerRoute, ResponseInit } from "@backworks/core";
import { carryOut, notYetEverywhere } from "./purge-order.ts";
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

async function answer({ request }: Exchange, service: CacheService): Promise<ResponseInit> {
  const { tag, url, endpoint, all } = request.query;
  const order = { tags: list(tag), urls: list(url), endpoints: list(endpoint), all: all === "true" };
  const isDone = await carryOut(order, service);
  return isDone ? { status: 204 } : { status: 202, body: { done: false, reason: notYetEverywhere } };
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
