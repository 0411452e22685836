import { definePlugin } from "@backworks/core";

/** A plugin of this project alone: counts visits for each endpoint, and keeps visitors out where it is told to. */
export default definePlugin({
  name: "visits",
  version: "1.0.0",
  // Schemas come from any library that follows Standard Schema; this is the least there can be.
  options: schema((value) => ({ header: "x-visit", ...value })),
  endpointOptions: schema((value) => ({ keep_out: false, ...value })),
  initialize({ options, endpointOptions }) {
    const visits = new Map();
    return {
      beforeRequest(exchange) {
        const endpoint = exchange.route?.endpoint;
        if (endpoint === undefined) return;
        visits.set(endpoint, (visits.get(endpoint) ?? 0) + 1);
        if (endpointOptions(endpoint)?.keep_out) exchange.respond({ status: 403, body: { error: "keep out" } });
      },
      afterResponse(exchange) {
        const count = visits.get(exchange.route?.endpoint);
        if (count !== undefined) exchange.response.headers.set(options.header, String(count));
      },
      getMetrics: () => Object.fromEntries(visits),
    };
  },
});

function schema(read) {
  return { "~standard": { version: 1, vendor: "example", validate: (value) => ({ value: read(value) }) } };
}
