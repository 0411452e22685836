// What every contestant answers, so that all of them write the same bytes.

/** Static answer. */
export const hello = JSON.stringify({ message: "hello", items: [1, 2, 3] });

/** Static answer of a route with two parameters. */
export const order = JSON.stringify({ state: "paid" });

/** Answer made from the path parameter. */
export function user(id) {
  return `{"id":"${id}","name":"User ${id}"}`;
}

/** Headers that Backworks sends by itself; the others send them too. */
export const extraHeaders = JSON.parse(process.env.BENCH_HEADERS ?? "{}");

export const json = "application/json";
