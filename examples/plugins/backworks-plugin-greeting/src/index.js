import { definePlugin } from "@backworks/core";
import { options } from "./options.js";

/** Greets every client in a header, and those who ask for it in words. */
export default definePlugin({
  name: "greeting",
  version: "1.0.0",
  description: "Greets every client",
  apiVersion: "^1.0.0",
  failure: "open",
  options,
  initialize({ options }) {
    let greeted = 0;

    const greet = (name) => {
      greeted += 1;
      return `${options.greeting}, ${name}!`;
    };

    return {
      afterResponse(exchange) {
        exchange.response.headers.set("x-greeting", greet("client"));
      },
      getMetrics: () => ({ greeted }),
      contributes: {
        handlers: [
          {
            name: "say",
            path: "/greeting/{name}",
            handler: (exchange) => ({ body: { message: greet(exchange.request.params.name) } }),
          },
        ],
        templateFunctions: {
          greet: {
            signature: "greet(name)",
            description: "A greeting for somebody",
            arity: [1, 1],
            call: (_context, name) => greet(String(name)),
          },
        },
      },
    };
  },
});
