import { afterEach, describe, expect, it } from "@jest/globals";
import { startApp } from "@backworks/core/testing";
import greeting from "./index.js";

function yaml(options = "{}") {
  return `name: test\nendpoints:\n  hi: { path: /hi, mock: { body: "\${greet('Ada')}" } }\nplugins:\n  greeting: ${options}`;
}

const running = [];

async function start(options) {
  const app = await startApp(options);
  running.push(app);
  return app;
}

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

describe("backworks-plugin-greeting", () => {
  it("greets every client in a header, also where nothing answers", async () => {
    const app = await start({ yaml: yaml(), plugins: [greeting] });

    const answers = [await app.fetch("/hi"), await app.fetch("/nothing")];

    expect(answers.map(({ headers }) => headers.get("x-greeting"))).toEqual(["Hello, client!", "Hello, client!"]);
  });

  it("greets in words, by a route and by a template function", async () => {
    const app = await start({ yaml: yaml("{ greeting: Moin }"), plugins: [greeting] });

    const route = await app.fetch("/greeting/Grace");
    const template = await app.fetch("/hi");

    expect(await route.json()).toEqual({ message: "Moin, Grace!" });
    expect(await template.text()).toBe("Moin, Ada!");
  });

  it.each(["{ greeting: 5 }", "{ greting: Hi }"])("refuses the options %s at their place", async (options) => {
    const started = start({ yaml: yaml(options), plugins: [greeting] });

    await expect(started).rejects.toMatchObject({ code: "BW_CONFIG_INVALID", errors: [{ where: { line: 5 } }] });
  });

  it("counts", async () => {
    const app = await start({ yaml: yaml(), plugins: [greeting] });
    await app.fetch("/nothing");

    const { greeting: numbers } = await app.plugins.metrics();

    expect(numbers.own).toEqual({ greeted: 1 });
  });
});
