/**
 * Stands for a service that is not always there: a mode that asks the warehouse, which says no when it is asked to.
 *
 * In a project of yours this is `proxy:`, `database:` or `runtime:`.
 */
export default {
  name: "warehouse",
  version: "1.0.0",
  modes: [
    {
      name: "warehouse",
      description: "Asks the warehouse",
      endpointKeys: { warehouse: anything() },
      open: () => new Map([["1", 12]]),
      compile: ({ path, methods }, stock) => [{ methods, path, handler: ({ request }) => answer(request, stock) }],
    },
  ],
  initialize() {},
};

function answer({ method, params, query }, stock) {
  if (query.outage === "down") throw new Error("the warehouse is not reachable");
  if (query.outage === "busy") return { status: 503, body: { error: "too much to do" } };
  if (query.outage === "slow") return new Promise(() => {});
  if (method === "PUT") stock.set(params.id, Number(query.count));
  const count = stock.get(params.id);
  return count === undefined ? { status: 404 } : { body: { id: params.id, count } };
}

function anything() {
  return { "~standard": { version: 1, vendor: "example", validate: (value) => ({ value: value ?? {} }) } };
}
