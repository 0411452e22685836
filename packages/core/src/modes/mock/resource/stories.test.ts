import { describe, expect, it } from "@jest/globals";
import type { Step } from "../../../../test/query-corpus/index.ts";
import { stories, world } from "../../../../test/query-corpus/index.ts";
import type { Shop, ShopEndpoint } from "../../../../test/shop.ts";
import { openShop } from "../../../../test/shop.ts";
import type { JsonValue } from "../../../exchange.ts";

/** Tables of the corpus with an id of their own, as collections. */
const endpoints: Readonly<Record<string, ShopEndpoint>> = Object.fromEntries(
  ["customers", "addresses", "orders", "staff"].map((name) => [name, endpointOf(name)]),
);

function endpointOf(name: string): ShopEndpoint {
  const properties = { id: { type: "integer" }, total: { type: "number" }, street: { type: "string" } };
  return {
    path: `/${name}`,
    resource: { seed: world[name]?.rows, relations: relationsOf(name), schema: { properties } },
  };
}

function relationsOf(name: string): Record<string, unknown> {
  const known: Readonly<Record<string, Record<string, unknown>>> = {
    customers: { orders: { resource: "orders", key: "customer_id" } },
    staff: { team: { resource: "staff", key: "boss" } },
  };
  return known[name] ?? {};
}

function send(shop: Shop, { send: request, prefer, headers, body }: Step): ReturnType<Shop["send"]> {
  return shop.send(request, {
    headers: { ...headers, ...(prefer !== undefined && { prefer }) },
    body: body as JsonValue | undefined,
  });
}

describe("the corpus of stories", () => {
  it.each(stories)("answers $name", async ({ steps }) => {
    await using shop = await openShop(endpoints);

    const answers = steps.map((step) => send(shop, step));

    for (const [index, { send: request, status, answer, answerHeaders = {} }] of steps.entries()) {
      const found = answers[index];
      const body = answer === undefined ? undefined : found?.body;
      expect({ request, status: found?.status, body }).toEqual({ request, status, body: answer });
      expect(found?.headers).toMatchObject(answerHeaders);
    }
  });
});
