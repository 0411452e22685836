import { afterEach, describe, expect, it } from "@jest/globals";
import { definePlugin } from "@backworks/core";
import { startApp } from "@backworks/core/testing";
import directory from "./index.js";
import { directoryService } from "./directory.js";

const yaml = `name: test
endpoints:
  names: { path: /names, mock: { body: "\${known_names()}" } }
plugins:
  directory: {}
`;

const running = [];

async function start(options) {
  const app = await startApp(options);
  running.push(app);
  return app;
}

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

describe("the directory plugin", () => {
  it("lists names on its page, by name, and in templates", async () => {
    const app = await start({ yaml, plugins: [directory] });
    await app.fetch("/directory/Grace", { method: "PUT" });

    const [page, known, unknown, names] = await Promise.all(
      ["/directory", "/directory/Grace", "/directory/Alan", "/names"].map((path) => app.fetch(path)),
    );

    expect(await page.text()).toBe("Ada\nGrace");
    expect([known.status, unknown.status]).toEqual([200, 404]);
    expect(await names.json()).toEqual(["Ada", "Grace"]);
  });

  it("offers its names to other plugins as a service", async () => {
    const user = definePlugin({
      name: "user",
      version: "1.0.0",
      requires: { names: "^1.0.0" },
      initialize({ service }) {
        service(directoryService).add("Alan");
      },
    });
    const app = await start({ yaml: `${yaml}  user: {}\n`, plugins: [user, directory] });

    expect(await (await app.fetch("/names")).json()).toEqual(["Ada", "Alan"]);
  });

  it("hands its names to the instance after it", async () => {
    const { initialize } = directory;
    const handed = [];
    const first = await initialize({ createRouter: async () => ({ get() {} }) });
    const second = await initialize({ createRouter: async () => ({ get() {} }) });

    second.importState([...first.exportState(), "Grace"]);
    handed.push(...second.exportState());

    expect(handed).toEqual(["Ada", "Grace"]);
  });

  it("brings a command", async () => {
    const lines = [];

    await directory.commands[0].run([], { write: (text) => lines.push(text) });

    expect(lines.join("")).toContain("lists everybody");
  });
});
