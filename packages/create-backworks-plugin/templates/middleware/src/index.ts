import { definePlugin } from "@backworks/core";
import type { BackworksResponse, JsonValue, PluginDefinition } from "@backworks/core";
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
    let changed = 0;
    return {
      afterResponse: {
        needs: { responseBody: true },
        run({ response }) {
          if (!isJson(response) || !(response.body instanceof Uint8Array)) return;
          const value = parse(response.body);
          if (value === undefined) {
            logger.warn("a response says it is JSON, and is not");
            return;
          }
          response.body = JSON.stringify(transform(value, change));
          response.headers.delete("content-length");
          response.headers.delete("etag");
          changed += 1;
        },
      },
      getMetrics: () => ({ changed }),
    };
  },
});

function isJson({ headers }: BackworksResponse): boolean {
  return /^application\/([\w.-]+\+)?json\b/.test(String(headers.get("content-type") ?? ""));
}

function parse(bytes: Uint8Array): JsonValue | undefined {
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as JsonValue;
  } catch {
    // The caller says so.
    return undefined;
  }
}

export default myThing;
