import { describe, expect, it } from "@jest/globals";
import { sendJson, startProxy, startServer } from "../../test/proxy-rig.ts";

const code = `export default async (request, context) => {
  const answer = await context.apis.shop.post("/charges?a=1", { amount: 5 });
  return { status: 201, body: { status: answer.status, body: answer.body } };
};
`;

describe("a handler of runtime mode", () => {
  it("asks the APIs of the configuration, although no endpoint is in proxy mode", async () => {
    await using server = await startServer((response, { method, url, headers, body }) =>
      sendJson(response, 202, { method, url, body, proof: headers.authorization }),
    );
    const yaml = `name: x
apis:
  shop: { base_url: "${server.url}/v1", authentication: { type: bearer, token_env: TOKEN } }
endpoints:
  charge: { path: /charge, methods: [POST], runtime: { handler: ./charge.mjs, apis: [shop] } }
`;
    await using app = await startProxy(yaml, { files: { "charge.mjs": code }, env: { TOKEN: "t0ken-value" } });

    const response = await app.fetch("/charge", { method: "POST" });

    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      status: 202,
      body: { method: "POST", url: "/v1/charges?a=1", body: '{"amount":5}', proof: "Bearer t0ken-value" },
    });
  });
});
