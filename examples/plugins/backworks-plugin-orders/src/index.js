import { definePlugin } from "@backworks/core";
import { z } from "zod";
import { orderSchema, totalOf } from "./order.js";

const options = z.strictObject({
  path: z.string().startsWith("/").default("/orders").describe("Path below which orders are"),
  vat_ratio: z.number().min(0).max(1).default(0.19).describe("Value added tax, 0 to 1"),
  most: z.int().positive().default(10_000).describe("Orders that are kept at most"),
});

/** Business logic behind routes of its own: takes orders, checks them, adds them up. */
export default definePlugin({
  name: "orders",
  version: "1.0.0",
  description: "Takes orders, checks them and adds them up",
  apiVersion: "^1.0.0",
  failure: "open",
  options,
  initialize({ options: { path, vat_ratio, most } }) {
    const orders = new Map();
    let next = 1;

    function add({ request }) {
      const checked = orderSchema.safeParse(request.received.value);
      if (!checked.success) return refusal(checked.error.issues);
      if (orders.size >= most) return { status: 507, body: { error: `there are ${most} orders already` } };
      const order = { id: next, ...checked.data, total_cents: totalOf(checked.data, vat_ratio) };
      orders.set(next, order);
      next += 1;
      return { status: 201, headers: { location: `${path}/${order.id}` }, body: order };
    }

    function read({ request: { params } }) {
      const order = orders.get(params.id);
      return order === undefined ? { status: 404, body: { error: `no order ${params.id}` } } : { body: order };
    }

    return {
      contributes: {
        handlers: [
          // With several processes one of them keeps the orders for all.
          { name: "add", path, methods: ["POST"], handler: add, needs: { requestBody: true, onePlace: true } },
          { name: "read", path: `${path}/{id:int}`, handler: read, needs: { onePlace: true } },
        ],
      },
      exportState: () => [...orders.values()],
      importState(state) {
        // The instance before may have been of another version: what is no order is left behind.
        for (const order of Array.isArray(state) ? state : []) {
          if (!Number.isInteger(order?.id)) continue;
          orders.set(order.id, order);
          next = Math.max(next, order.id + 1);
        }
      },
      getMetrics: () => ({ orders: orders.size }),
    };
  },
});

/** A problem body (RFC 9457) that names every mistake. */
function refusal(issues) {
  const errors = issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const headers = { "content-type": "application/problem+json" };
  return { status: 422, headers, body: { title: "this is no order", status: 422, errors } };
}
