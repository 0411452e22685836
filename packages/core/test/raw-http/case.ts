/**
 * What is sent over one connection, and what must come back: statuses in order, then whether the connection goes on or is closed.
 *
 * `400|501` is either: which of the two depends on how much of the line is there when the parser stops.
 */
export type RawCase = readonly [name: string, bytes: string, answers: string];

/** Lines of a head, with the empty one that ends it. */
export function head(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** A request line with the one field that every request must have, and others. */
export function get(target: string, ...fields: readonly string[]): string {
  return head(`GET ${target} HTTP/1.1`, "Host: shop.example", ...fields);
}

/** A head that announces a body, which follows as it is. */
export function post(body: string, ...fields: readonly string[]): string {
  return head("POST /echo HTTP/1.1", "Host: shop.example", ...fields) + body;
}

/** A chunked body, as it is. */
export function chunked(body: string, ...fields: readonly string[]): string {
  return post(body, "Transfer-Encoding: chunked", ...fields);
}
