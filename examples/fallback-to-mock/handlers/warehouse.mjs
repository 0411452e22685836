/** Stands for a service that is not always there: `outage` in the query says what is wrong with it. */
export default async ({ method, params, query }) => {
  if (query.outage === "down") throw new Error("the warehouse is not reachable");
  if (query.outage === "busy") return { status: 503, body: { error: "too much to do" } };
  if (query.outage === "slow") await new Promise(() => {});
  if (method === "PUT") return { id: params.id, count: Number(query.count) };
  return params.id === "1" ? { id: params.id, count: 12 } : { status: 404 };
};
