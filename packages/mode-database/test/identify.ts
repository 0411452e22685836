import { definePlugin, setIdentity } from "@backworks/core";
import type { JsonValue } from "@backworks/core";

/** Takes the word of a header for who asks: `x-who: {"roles":["editor"],"claims":{"sub":"ada"}}`. */
export const identify = definePlugin({
  name: "identify",
  version: "1.0.0",
  initialize: () => ({
    beforeRequest(exchange) {
      const who = exchange.request.headers["x-who"];
      if (typeof who === "string") setIdentity(exchange, JSON.parse(who) as Parameters<typeof setIdentity>[1]);
    },
  }),
});

/** What somebody sends who has roles and claims. */
export function as(
  roles: readonly string[],
  claims: Record<string, JsonValue> = {},
): { headers: Record<string, string> } {
  return { headers: { "x-who": JSON.stringify({ roles, claims }) } };
}
