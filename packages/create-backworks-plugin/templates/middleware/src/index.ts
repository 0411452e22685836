import { Readable } from "node:stream";
import { changeRequest, definePlugin } from "@backworks/core";
import type { AnsweredExchange, BackworksResponse, JsonValue, PluginDefinition } from "@backworks/core";
import { options } from "./options.ts";
import type { Options } from "./options.ts";
import { transform } from "./transform.ts";
import { version } from "./version.ts";

/** Takes members out of JSON responses on their way to the client. */
const myThing: PluginDefinition<Options> = definePlugin({
  name: "my-thing",
  version,
  description: "Takes members out of JSON responses",
  apiVersion: "^1.0.0",
  // A response with what must not be seen is worse than none.
  failure: "closed",
  options,
  initialize({ options: { remove, replacement }, logger }) {
    const change = { remove: new Set(remove), replacement };
    let [changed, withheld] = [0, 0];

    function run({ response, route }: AnsweredExchange): void {
      const { body, headers } = response;
      if (body === null || !isJson(response)) return;
      const value = body instanceof Uint8Array && !headers.has("content-encoding") ? parse(body) : undefined;
      // They were those of the body before.
      for (const name of ["content-encoding", "etag"]) headers.delete(name);
      if (value === undefined) {
        // What cannot be looked into might hold what must not be seen: too large to be read, compressed, no JSON.
        logger.warn("a response was withheld", { endpoint: route?.endpoint });
        if (body instanceof Readable) body.destroy();
        response.status = 502;
        response.body = { error: "the response cannot be shown" };
        withheld += 1;
        return;
      }
      response.body = JSON.stringify(transform(value, change));
      changed += 1;
    }

    return {
      around: {
        when: { modes: ["proxy", "hybrid"] },
        // An upstream that nobody asks to compress gives JSON as it is.
        run: (exchange, next) => next(changeRequest(exchange, { headers: { "accept-encoding": undefined } })),
      },
      afterResponse: { needs: { responseBody: true }, run },
      getMetrics: () => ({ changed, withheld }),
    };
  },
});

function isJson({ headers }: BackworksResponse): boolean {
  return /^application\/([\w.-]+\+)?json\b/.test(String(headers.get("content-type") ?? ""));
}

/** `undefined` for what is no JSON. */
function parse(bytes: Uint8Array): JsonValue | undefined {
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as JsonValue;
  } catch {
    return undefined;
  }
}

export default myThing;
