import { createHash, timingSafeEqual } from "node:crypto";
import { BackworksError } from "@backworks/core";
import type { Exchange, Handler } from "@backworks/core";
import { formatFor, writeExposition } from "./exposition.ts";
import type { WrittenFamily } from "./exposition.ts";
import type { Format } from "./families/text.ts";
import { contentTypes } from "./registry.ts";

/** Answers scrapes. Those that come while one is written get the same text. */
export function answerScrapes(families: () => Promise<readonly WrittenFamily[]>, token: string | undefined): Handler {
  const underWay = new Map<Format, Promise<string>>();
  const collect = async (format: Format): Promise<string> => writeExposition(await families(), format);
  const write = (format: Format): Promise<string> => {
    const known = underWay.get(format);
    if (known !== undefined) return known;
    const text = collect(format).finally(() => underWay.delete(format));
    underWay.set(format, text);
    return text;
  };
  const check = token === undefined ? undefined : createCheck(token);
  return async (exchange) => {
    check?.(exchange);
    const accept = exchange.request.headers["accept"];
    const format = formatFor(Array.isArray(accept) ? accept.join() : accept);
    const headers = { "content-type": contentTypes[format], "cache-control": "no-store", vary: "accept" };
    return { headers, body: await write(format) };
  };
}

/** Compares hashes, so that neither time nor length tells anything of the token. */
function createCheck(token: string): (exchange: Exchange) => void {
  const wanted = hash(`Bearer ${token}`);
  return ({ request }) => {
    const given = request.headers["authorization"];
    if (typeof given === "string" && timingSafeEqual(hash(given), wanted)) return;
    throw new BackworksError("BW_MONITORING_TOKEN", {}, { headers: { "www-authenticate": "Bearer" } });
  };
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
