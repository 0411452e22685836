import { definePlugin } from "@backworks/core";
import type { PluginDefinition } from "@backworks/core";
import { options } from "./options.ts";
import type { Options } from "./options.ts";
import { version } from "./version.ts";

/** Writes a header into every response, and counts them. */
const myThing: PluginDefinition<Options> = definePlugin({
  name: "my-thing",
  version,
  description: "Writes a header into every response",
  apiVersion: "^1.0.0",
  // A response without the header is better than none.
  failure: "open",
  options,
  initialize(context) {
    let responses = 0;
    return {
      afterResponse({ response }) {
        response.headers.set(context.options.header, context.options.value);
      },
      finished() {
        responses += 1;
      },
      // Options are read where they are needed, so others need no new instance.
      reconfigure() {},
      getMetrics: () => ({ responses }),
    };
  },
});

export default myThing;
