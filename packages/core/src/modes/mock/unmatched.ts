import { BackworksError, type Place } from "../../errors.ts";
import type { Exchange, JsonValue, ResponseInit } from "../../exchange.ts";
import type { Explanation } from "../../mode.ts";
import { problemType } from "../../file-type.ts";

/** A plain 404: what a request gets that no rule answers. */
export function refusePlainly({ request }: Exchange): never {
  throw new BackworksError("BW_MOCK_UNMATCHED", { method: request.method, path: request.path });
}

/** A 404 whose problem body says, rule by rule, why none answered. */
export function refuseWithReport({ id, request }: Exchange, explanation: Explanation): ResponseInit {
  const error = new BackworksError("BW_MOCK_UNMATCHED", { method: request.method, path: request.path });
  const body = {
    type: `urn:backworks:error:${error.code}`,
    title: "Not Found",
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId: id,
    ...toReport(explanation),
  };
  return {
    status: error.status,
    headers: { "content-type": problemType },
    body: `${JSON.stringify(body, undefined, 2)}\n`,
  };
}

/** An explanation as JSON; a place as `file:line:column`. */
function toReport({ rules, nearest, hints }: Explanation): Readonly<Record<string, JsonValue>> {
  return {
    hints,
    ...(nearest !== undefined && { nearest }),
    rules: rules.map(({ rule, place, checks }) => ({
      rule,
      ...(place !== undefined && { at: spellPlace(place) }),
      // Copied, because a type with named keys is no index signature.
      checks: checks.map((check) => ({ ...check })),
    })),
  };
}

function spellPlace({ source, line, column }: Place): string {
  return `${source.file}:${line}:${column}`;
}
