// The node:http server of contestants that ask the database themselves.
import { createServer } from "node:http";
import { type } from "./database-rows.js";
import { report } from "./report.js";

/** Serves `/products`. `ask(name, values)` gives the rows of one of the statements `one`, `list`, `joined` and `insert`. */
export function serveRows(ask) {
  const server = createServer(async (request, response) => {
    const { status = 200, body, location } = await answer(request, ask);
    const text = JSON.stringify(body);
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      ...(location && { location }),
    });
    response.end(text);
  });
  server.listen(0, "127.0.0.1", () => report(server.address().port));
}

async function answer(request, ask) {
  if (request.method === "POST") return insert(request, ask);
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname !== "/products") return { body: (await ask("one", [Number(pathname.slice(10))]))[0] };
  const price = searchParams.get("price");
  if (price === null) return { body: await ask("list", []) };
  const rows = await ask("joined", [Number(price.slice(3))]);
  return { body: rows.map(({ id, name, supplier }) => ({ id, name, suppliers: { name: supplier } })) };
}

async function insert(request, ask) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { name, price, active, supplier_id } = JSON.parse(Buffer.concat(chunks).toString());
  const flag = type === "sqlite" ? Number(active) : active;
  const [body] = await ask("insert", [name, price, flag, supplier_id]);
  return { status: 201, body, location: `/products/${body.id}` };
}
