import { describe, expect, it } from "@jest/globals";
import { startApp } from "../../testing.ts";

function shopWith(seed: string): string {
  return `name: shop\nendpoints:\n  users:\n    path: /users\n    mock: { resource: { seed: ${seed} } }\n`;
}

describe("seeds with expressions", () => {
  it("are evaluated once, at load", async () => {
    await using app = await startApp(shopWith('[{ id: 1, token: "${random_uuid()}" }]'));

    const first: unknown = await (await app.fetch("/users/1")).json();

    expect(first).toEqual({ id: 1, token: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await (await app.fetch("/users/1")).json()).toEqual(first);
  });

  it("may be made by a construct", async () => {
    await using app = await startApp(shopWith('{ $repeat: 3, $as: i, $each: { id: "${i + 1}", name: "user ${i}" } }'));

    expect(await (await app.fetch("/users?sort=-id&limit=1")).json()).toEqual([{ id: 3, name: "user 2" }]);
  });

  it("say where an expression is wrong", async () => {
    await expect(startApp(shopWith('[{ id: 1, token: "${nope()}" }]'))).rejects.toMatchObject({
      errors: [{ code: "BW_TEMPLATE_UNKNOWN_FUNCTION", where: { line: 5 } }],
    });
  });
});
