import { definePlugin } from "@backworks/core";
import type { Exchange, PluginDefinition, ResponseInit } from "@backworks/core";
import { options } from "./options.ts";
import type { Options } from "./options.ts";
import { version } from "./version.ts";

function nameOf({ request }: Exchange): string {
  return String(request.params["name"]);
}

/** Keeps numbers by name: `GET` and `PUT /my-thing/{name}`. */
const myThing: PluginDefinition<Options> = definePlugin({
  name: "my-thing",
  version,
  description: "Keeps numbers by name behind two routes",
  apiVersion: "^1.0.0",
  failure: "open",
  options,
  commands: [
    {
      name: "forget-my-thing",
      description: "Forget the numbers that the running server keeps",
      async run(_words, { ask, write }) {
        write(`forgotten: ${String(await ask("forget"))}\n`);
      },
    },
  ],
  initialize({ options: { path, most } }) {
    const numbers = new Map<string, number>();
    function read(exchange: Exchange): ResponseInit {
      const name = nameOf(exchange);
      const number = numbers.get(name);
      return number === undefined
        ? { status: 404, body: { error: `no number of ${name}` } }
        : { body: { name, number } };
    }

    function write(exchange: Exchange): ResponseInit {
      const name = nameOf(exchange);
      const number = exchange.request.received?.value;
      if (typeof number !== "number") return { status: 400, body: { error: "the body must be a number" } };
      if (!numbers.has(name) && numbers.size >= most)
        return { status: 507, body: { error: `there are ${most} already` } };
      numbers.set(name, number);
      return { status: 204 };
    }

    return {
      contributes: {
        handlers: [
          { name: "read", path: `${path}/{name}`, methods: ["GET"], handler: read, needs: { onePlace: true } },
          {
            name: "write",
            path: `${path}/{name}`,
            methods: ["PUT"],
            handler: write,
            // With several processes one of them keeps the numbers for all.
            needs: { requestBody: true, onePlace: true },
          },
        ],
        actions: {
          // With several processes it is asked of the one that keeps the numbers.
          forget() {
            const { size } = numbers;
            numbers.clear();
            return size;
          },
        },
      },
      exportState: () => [...numbers],
      importState(state) {
        // The instance before may be of another version.
        if (!Array.isArray(state)) return;
        for (const entry of state as unknown[]) {
          if (!Array.isArray(entry)) continue;
          const [name, number] = entry as unknown[];
          if (typeof name === "string" && typeof number === "number") numbers.set(name, number);
        }
      },
      getMetrics: () => ({ numbers: numbers.size }),
    };
  },
});

export default myThing;
