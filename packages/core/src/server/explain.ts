import { Readable } from "node:stream";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RouteInfo } from "../exchange.ts";
import type { Explanation } from "../mode.ts";
import { noExplanation } from "../model/built-in.ts";
import { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import type { OutgoingRequest } from "./send-over.ts";
import { missHints } from "./miss-hints.ts";

/** Why a request would be answered as it would. */
export interface RequestExplanation extends Explanation {
  /** `undefined` when no endpoint answers. */
  readonly route: RouteInfo | undefined;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string | number>>;
}

/** Finds the route of a request and asks it to explain itself. Nothing is answered and no state changes. */
export async function explainRequest(generation: Generation, request: OutgoingRequest): Promise<RequestExplanation> {
  const exchange = new LiveExchange(generation, toMessage(request), silentAnswer());
  const match = generation.app.router.match(exchange.request.method, exchange.request.path);
  exchange.accept(match);
  await exchange.request.receive();
  const explanation = (await match.route.explain?.(exchange)) ?? noExplanation;
  const hints =
    exchange.route === undefined
      ? [...missHints(generation.app, exchange.request), ...explanation.hints]
      : explanation.hints;
  const whole = { ...explanation, hints, route: exchange.route, params: { ...match.params } };
  return generation.secrets.hideIn(whole);
}

function toMessage({ method, url, headers = {}, body }: OutgoingRequest): IncomingMessage {
  const bytes = body === undefined ? undefined : Buffer.from(body as string);
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const message = Object.assign(Readable.from(bytes === undefined ? [] : [bytes], { objectMode: false }), {
    method: method.toUpperCase(),
    url,
    headers: { host: "localhost", ...(bytes && { "content-length": String(bytes.length) }), ...lower },
    rawHeaders: Object.entries(lower).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one])),
    httpVersion: "1.1",
    socket: { remoteAddress: "127.0.0.1" },
  });
  // Everything an exchange reads of a message is there.
  return message as unknown as IncomingMessage;
}

/** Stands for the response nobody waits for. */
function silentAnswer(): ServerResponse {
  const answer = { destroyed: false, headersSent: true, writableFinished: false, once: () => answer };
  // An exchange that is only explained never writes.
  return answer as unknown as ServerResponse;
}
