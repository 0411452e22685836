import { definePlugin } from "@backworks/core";
import { z } from "zod";
import { redact } from "./redact.js";

const options = z.strictObject({
  members: z.array(z.string()).default(["password"]).describe("Members that leave no JSON response, at any depth"),
  replacement: z.string().default("").describe("What stands there instead; empty takes the member away"),
});

/** Transformation middleware: changes JSON responses on their way to the client. */
export default definePlugin({
  name: "redact",
  version: "1.0.0",
  description: "Takes members out of JSON responses",
  apiVersion: "^1.0.0",
  // A response with what must not be seen is worse than none.
  failure: "closed",
  options,
  initialize({ options: { members, replacement }, logger }) {
    const change = { members: new Set(members), replacement };
    let changed = 0;
    return {
      afterResponse: {
        // Late: other plugins may have changed the body too.
        order: -500,
        needs: { responseBody: true },
        run({ response, route }) {
          const { body, headers } = response;
          if (!(body instanceof Uint8Array) || !/^application\/([\w.-]+\+)?json\b/.test(headers.get("content-type")))
            return;
          const value = parse(body);
          if (value === undefined) {
            logger.warn("a response says it is JSON, and is not", { endpoint: route?.endpoint });
            return;
          }
          response.body = JSON.stringify(redact(value, change));
          // They were those of the body before.
          headers.delete("content-length");
          headers.delete("etag");
          changed += 1;
        },
      },
      getMetrics: () => ({ changed }),
    };
  },
});

/** `undefined` for what is no JSON. */
function parse(bytes) {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
