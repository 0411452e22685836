import { Readable } from "node:stream";
import { changeRequest, definePlugin } from "@backworks/core";
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
    let [changed, withheld] = [0, 0];

    function run({ response, route }) {
      const { body, headers } = response;
      if (body === null || !isJson(headers)) return;
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
      response.body = JSON.stringify(redact(value, change));
      changed += 1;
    }

    return {
      around: {
        when: { modes: ["proxy", "hybrid"] },
        // An upstream that nobody asks to compress gives JSON as it is.
        run: (exchange, next) => next(changeRequest(exchange, { headers: { "accept-encoding": undefined } })),
      },
      // Late: other plugins may have changed the body too.
      afterResponse: { order: -500, needs: { responseBody: true }, run },
      getMetrics: () => ({ changed, withheld }),
    };
  },
});

function isJson(headers) {
  return /^application\/([\w.-]+\+)?json\b/.test(headers.get("content-type"));
}

/** `undefined` for what is no JSON. */
function parse(bytes) {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
