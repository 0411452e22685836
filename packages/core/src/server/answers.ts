import { BackworksError } from "../errors.ts";
import type { Exchange, Handler } from "../exchange.ts";
import type { CorsSettings } from "../model/app.ts";
import type { BuiltInAnswers } from "../model/built-in.ts";
import { answerOptions, beforePreflight } from "../pipeline/cors.ts";
import type { ConnectHandler } from "../plugin.ts";
import { answerHealth, answerReady } from "./health.ts";
import type { HealthSources } from "./health.ts";
import { missMembers } from "./miss-hints.ts";
import { answerFromMounts } from "./mount.ts";

interface AnswerParts {
  readonly cors: CorsSettings | undefined;
  /** Everything mounted; `null` when nothing is. */
  readonly host: ConnectHandler | null;
  readonly health: HealthSources;
}

/** What an App answers by itself. What is mounted is asked before a miss is refused. */
export function createAnswers({ cors, host, health }: AnswerParts): BuiltInAnswers {
  const afterMounts = (refuse: Handler): Handler => (host === null ? refuse : answerFromMounts(host, refuse));
  return {
    notFound: afterMounts(refuseUnknown),
    malformed: refuseMalformed,
    notAllowed: (allow) => afterMounts(refuseMethod(allow)),
    options: (allow) => answerOptions(cors, allow),
    preflight: (handler) => beforePreflight(cors, handler),
    health: answerHealth(health),
    ready: answerReady(health),
  };
}

function refuseUnknown(exchange: Exchange): never {
  const { method, path } = exchange.request;
  throw new BackworksError("BW_ROUTE_NOT_FOUND", { method, path }, { members: missMembers(exchange) });
}

function refuseMalformed({ request: { path } }: Exchange): never {
  throw new BackworksError("BW_REQUEST_PATH", { path, problem: "is not percent-encoded UTF-8" });
}

/** Source: RFC 9110, 15.5.6: a 405 names the methods that are answered. */
function refuseMethod(allow: readonly string[]): Handler {
  const headers = { allow: allow.join(", ") };
  return ({ request: { method, path } }) => {
    throw new BackworksError("BW_METHOD_NOT_ALLOWED", { method, path }, { headers });
  };
}
