import { Readable } from "node:stream";
import { BackworksError, codes } from "../src/errors.ts";
import type { ErrorCode } from "../src/errors.ts";
import type { Exchange, ResponseInit } from "../src/exchange.ts";
import { defineMode } from "../src/mode.ts";
import type { EndpointSource, HandlerNeeds, Mode, RouteDraft } from "../src/mode.ts";

/** What a block of such a mode says: how it answers, or fails. */
export interface Act {
  readonly status?: number;
  readonly body?: ResponseInit["body"];
  /** Throws an error of this code, with `status` where core has no such code; `TypeError` throws one that is not ours. */
  readonly throws?: string;
  /** Answers when its signal is aborted. */
  readonly hangs?: boolean;
  /** Answers a turn later. */
  readonly later?: boolean;
  /** Answers with a stream. */
  readonly streams?: boolean;
  /** Answers by `exchange.respond()`. */
  readonly responds?: boolean;
  /** Routes below the endpoint's path, instead of that. */
  readonly paths?: readonly string[];
  readonly methods?: readonly string[];
  readonly needs?: HandlerNeeds;
  readonly upgrade?: boolean;
}

/** A mode that does what its block says, and what happened in it. */
export interface ActMode {
  readonly mode: Mode;
  readonly events: string[];
  /** Streams that it answered with. */
  readonly streams: Readable[];
}

/** Whatever is there. */
const something = {
  "~standard": {
    version: 1 as const,
    vendor: "test",
    validate: (value: unknown) => (value === undefined ? { issues: [{ message: "is missing" }] } : { value }),
  },
};

export function createActMode(name: string): ActMode {
  const events: string[] = [];
  const streams: Readable[] = [];
  const mode = defineMode({
    name,
    description: "for tests",
    endpointKeys: { [name]: something },
    rootKeys: { [`${name}_root`]: something },
    open: () => void events.push("open"),
    compile(endpoint): readonly RouteDraft[] {
      events.push(`compile ${endpoint.name} ${endpoint.methods.join(" ")} ${endpoint.methodsGiven}`);
      return draftsOf(endpoint, { name, events, streams });
    },
    release: (endpoint) => void events.push(`release ${endpoint.name}`),
  });
  return { mode, events, streams };
}

interface Stage {
  readonly name: string;
  readonly events: string[];
  readonly streams: Readable[];
}

function draftsOf(endpoint: EndpointSource, stage: Stage): readonly RouteDraft[] {
  const act = (endpoint.values[stage.name] ?? {}) as Act;
  const { paths = [""], methods = endpoint.methods, needs } = act;
  return paths.map((path) => ({
    methods,
    path: endpoint.path + path,
    ...(needs && { needs }),
    handler: (exchange) => play(act, exchange, stage),
    explain: () => ({ rules: [{ rule: stage.name, place: undefined, chosen: true, checks: [] }], hints: [] }),
    ...(act.upgrade && {
      upgrade(exchange, socket) {
        socket.end(`HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n${stage.name}`);
        stage.events.push(`upgrade ${exchange.request.path}`);
      },
    }),
  }));
}

function play(act: Act, exchange: Exchange, stage: Stage): ResponseInit | Promise<ResponseInit> {
  const { name, events } = stage;
  events.push(`${exchange.request.method} ${exchange.request.path}`);
  if (act.throws === "TypeError") throw new TypeError("broken");
  if (act.throws !== undefined) throw toError(act.throws, act.status);
  const answer = (): ResponseInit => ({ status: act.status ?? 200, body: bodyOf(act, exchange, stage) });
  if (act.responds === true) {
    exchange.respond(answer());
    return undefined as unknown as ResponseInit;
  }
  if (act.later === true) return Promise.resolve().then(answer);
  if (act.hangs !== true) return answer();
  return new Promise((resolve) => {
    exchange.signal.addEventListener("abort", () => {
      events.push(`${name} told to stop`);
      resolve(answer());
    });
  });
}

/** Codes of other packages are those of core to whoever reads them. */
function toError(code: string, status: number = 500): BackworksError {
  if (code in codes) return new BackworksError(code as ErrorCode);
  return Object.defineProperties(new BackworksError("BW_INTERNAL"), {
    code: { value: code },
    status: { value: status },
  });
}

function bodyOf(act: Act, { request }: Exchange, { name, streams }: Stage): ResponseInit["body"] {
  if (act.streams !== true) return act.body === undefined ? { by: name, params: { ...request.params } } : act.body;
  const stream = Readable.from([`{"by":"${name}"}`]);
  streams.push(stream);
  return stream;
}
