import { expect, it } from "@jest/globals";
import { definePlugin } from "../plugin.ts";
import { startApp } from "./start-app.ts";

it("refuses what a mounted handler passes on, also where only another method is answered", async () => {
  const passing = definePlugin({
    name: "passing",
    version: "1.0.0",
    initialize: () => ({
      contributes: { routes: [{ path: "/shop", handler: (_request, _response, next) => next() }] },
    }),
  });
  const yaml =
    "name: x\nendpoints:\n  order: { path: /shop/order, method: POST, mock: { body: 1 } }\nplugins: { passing: {} }";
  await using app = await startApp({ yaml, plugins: [passing] });

  const answers = [await app.fetch("/shop/order"), await app.fetch("/shop/none")];

  expect(answers.map(({ status }) => status)).toEqual([405, 404]);
});
