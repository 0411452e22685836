import { changeRequest, definePlugin } from "@backworks/core";
import type { AnsweredExchange, BackworksResponse, JsonValue, PluginDefinition } from "@backworks/core";
import { options } from "./options.ts";
import type { Options } from "./options.ts";
import { transform } from "./transform.ts";
import { version } from "./version.ts";

/** Puts JSON responses below a member on their way to the client. */
const myThing: PluginDefinition<Options> = definePlugin({
  name: "my-thing",
  version,
  description: "Puts JSON responses below a member",
  apiVersion: "^1.0.0",
  // A response as it was is better than none. What must not be seen wants "closed", and to be withheld where it cannot be read.
  failure: "open",
  options,
  initialize({ options: { member } }) {
    let changed = 0;

    function run({ response }: AnsweredExchange): void {
      const value = jsonOf(response);
      if (value === undefined || response.status >= 400) return;
      response.body = JSON.stringify(transform(value, member));
      // It was that of the body before.
      response.headers.delete("etag");
      changed += 1;
    }

    return {
      around: {
        when: { modes: ["proxy", "hybrid"] },
        // An upstream that nobody asks to compress gives JSON as it is.
        run: (exchange, next) => next(changeRequest(exchange, { headers: { "accept-encoding": undefined } })),
      },
      afterResponse: { needs: { responseBody: true }, run },
      getMetrics: () => ({ changed }),
    };
  },
});

/** `undefined` for what is no JSON, is compressed, or is too large to be held. */
function jsonOf({ body, headers }: BackworksResponse): JsonValue | undefined {
  const isJson = /^application\/([\w.-]+\+)?json\b/.test(headers.get("content-type") ?? "");
  if (!isJson || headers.has("content-encoding") || !(body instanceof Uint8Array)) return undefined;
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(Buffer.from(body).toString("utf8")) as JsonValue;
  } catch {
    return undefined;
  }
}

export default myThing;
