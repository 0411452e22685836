import { describe, expect, it } from "@jest/globals";
import { startApp } from "../testing.ts";

const yaml = `
name: shop
server: { base_path: /api }
endpoints:
  orders: { path: "/orders/{id}", mock: { body: {} } }
  users: { path: /users, mock: { body: [] } }
`;

describe("a path that nothing answers", () => {
  it.each([
    ["/api/order/7", "did you mean /api/orders/{id}?"],
    ["/api/usres", "did you mean /api/users?"],
    ["/api/Users", "paths are case-sensitive: /api/users is answered"],
    ["/users", "every path begins with /api: try /api/users"],
  ])("%s gets the hint %s in development", async (path, hint) => {
    await using app = await startApp({ yaml, development: true });

    const response = await app.fetch(path);

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "BW_ROUTE_NOT_FOUND", hints: [hint] });
  });

  it("gets none when nothing is near", async () => {
    await using app = await startApp({ yaml, development: true });

    expect(await (await app.fetch("/api/payments")).json()).not.toHaveProperty("hints");
  });

  it("gets none in production", async () => {
    await using app = await startApp({ yaml, development: false });

    expect(await (await app.fetch("/api/usres")).json()).not.toHaveProperty("hints");
  });
});
