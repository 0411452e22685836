import { describe, expect, it } from "@jest/globals";
import { startApp } from "../../testing.ts";
import type { StartedApp } from "../../testing.ts";
import { createSessions } from "./session.ts";

const endpoints = `  items: { path: /items, mock: { resource: { seed: [{ id: 1 }] } } }
  notes: { path: /notes, mock: { resource: { seed: [{ id: 1 }] } } }
  visits: { path: /visits, mock: { body: "\${count}" } }
  steps:
    path: /steps
    mock:
      rules:
        - sequence: [{ body: one }, { body: two }, { body: three }]
  door:
    path: /door
    mock:
      rules:
        - { scenario: { name: door, is: started, becomes: open }, respond: { body: closed } }
        - { scenario: { name: door, is: open }, respond: { body: open } }
  third:
    path: /third
    mock:
      rules:
        - { every: 3, respond: { body: third } }
        - { respond: { body: other } }
`;
const shop = (more = ""): string =>
  `name: shop\nmock: { session: { by: "header:x-session" } }\nendpoints:\n${endpoints}${more}`;

async function text(app: StartedApp, path: string, session = "s"): Promise<string> {
  return (await app.fetch(path, { headers: { "x-session": session } })).text();
}

/** Makes the row of an id. */
async function post(app: StartedApp, [path, id]: readonly [string, number], session = "s"): Promise<void> {
  const headers = { "content-type": "application/json", "x-session": session };
  const response = await app.fetch(path, { method: "POST", headers, body: JSON.stringify({ id }) });
  expect(response.status).toBe(201);
}

describe("state of mock endpoints over a reload", () => {
  it.each([
    ["another endpoint is added", shop("  more: { path: /more, mock: { body: 1 } }\n"), false],
    [
      "another collection is added, which opens the mode again",
      shop("  c: { path: /c, mock: { resource: {} } }\n"),
      true,
    ],
    ["a default of all mock endpoints changes", shop().replace("mock: {", "mock: { delay: 0ms,"), true],
  ])("survives when %s", async (_what, next) => {
    await using app = await startApp(shop());
    await post(app, ["/items", 2]);
    await post(app, ["/items", 3], "default");
    const before = [
      await text(app, "/visits"),
      await text(app, "/steps"),
      await text(app, "/door"),
      await text(app, "/third"),
    ];
    await text(app, "/third");

    app.write("backworks.yaml", next);
    expect(await app.reload()).toMatchObject({ changed: true, generation: 2 });

    expect(before).toEqual(["1", "one", "closed", "other"]);
    expect(await text(app, "/visits")).toBe("2");
    expect(await text(app, "/steps")).toBe("two");
    expect(await text(app, "/door")).toBe("open");
    expect(await text(app, "/third")).toBe("third");
    expect(JSON.parse(await text(app, "/items"))).toEqual([{ id: 1 }, { id: 2 }]);
    expect(JSON.parse(await text(app, "/items", "default"))).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it("of an endpoint that changes begins anew, that of the others does not", async () => {
    await using app = await startApp(shop());
    await post(app, ["/items", 2]);
    await post(app, ["/notes", 2]);
    await text(app, "/visits");

    app.write(
      "backworks.yaml",
      shop().replace("/items, mock: { resource: { seed: [{ id: 1 }]", "/items, mock: { resource: { seed: [{ id: 7 }]"),
    );
    await app.reload();

    expect(JSON.parse(await text(app, "/items"))).toEqual([{ id: 7 }]);
    expect(JSON.parse(await text(app, "/notes"))).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await text(app, "/visits")).toBe("2");
  });

  it("begins anew when the rows to begin with change in their file", async () => {
    const yaml = "name: shop\nendpoints:\n  items: { path: /items, mock: { resource: { seed: ./items.json } } }\n";
    await using app = await startApp({ yaml, files: { "items.json": [{ id: 1 }] } });
    await post(app, ["/items", 2]);

    app.write("backworks.yaml", `${yaml}  more: { path: /more, mock: { body: 1 } }\n`);
    await app.reload();
    const kept = await text(app, "/items");
    app.write("items.json", [{ id: 5 }]);
    await app.reload();

    expect(JSON.parse(kept)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(JSON.parse(await text(app, "/items"))).toEqual([{ id: 5 }]);
  });

  it("is forgotten when the endpoint is taken away, even if it comes back", async () => {
    await using app = await startApp(shop());
    await text(app, "/visits");

    app.write("backworks.yaml", shop().replace(/ {2}visits.*\n/, ""));
    await app.reload();
    app.write("backworks.yaml", shop());
    await app.reload();

    expect(await text(app, "/visits")).toBe("1");
  });

  it("goes back to the seeds after a reload too", async () => {
    await using app = await startApp(shop());
    await post(app, ["/items", 2], "default");
    app.write("backworks.yaml", shop("  c: { path: /c, mock: { resource: {} } }\n"));
    await app.reload();

    await app.reset();

    expect(JSON.parse(await text(app, "/items", "default"))).toEqual([{ id: 1 }]);
  });

  it("that is kept in a file goes back to the seeds after a reload too", async () => {
    const yaml =
      "name: shop\nendpoints:\n  items: { path: /items, mock: { resource: { seed: [{ id: 1 }], persist: rows.json } } }\n";
    await using app = await startApp(yaml);
    await post(app, ["/items", 2]);
    app.write("backworks.yaml", `${yaml}  c: { path: /c, mock: { resource: {} } }\n`);
    await app.reload();
    const kept = await text(app, "/items");

    await app.reset();

    expect(JSON.parse(kept)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(JSON.parse(await text(app, "/items"))).toEqual([{ id: 1 }]);
  });

  it("reaches a collection that another endpoint's template reads", async () => {
    const yaml = (seed: number): string =>
      `name: shop\nendpoints:\n  items: { path: /items, mock: { resource: { seed: [{ id: ${seed} }] } } }\n` +
      "  all: { path: /all, mock: { body: { ids: \"${resource('items').list()}\" } } }\n";
    await using app = await startApp(yaml(1));
    const before = await app.fetch("/all");
    app.write("backworks.yaml", yaml(2));
    await app.reload();

    expect([before.status, JSON.stringify(await before.json())]).toEqual([200, expect.stringContaining('"id":1')]);
    expect(JSON.stringify(await (await app.fetch("/all")).json())).toContain('"id":2');
  });

  it("counts the time of an endpoint from the load that made it what it is", async () => {
    const yaml = (body: string): string =>
      `name: shop\nendpoints:\n  old: { path: /old, mock: { body: "\${uptime()}" } }\n  young: { path: /young, mock: { body: "${body} \${uptime()}" } }\n`;
    await using app = await startApp(yaml("a"));
    await app.clock.advance(5000);
    app.write("backworks.yaml", yaml("b"));
    await app.reload();
    await app.clock.advance(2000);

    expect([await text(app, "/old"), await text(app, "/young")]).toEqual(["7", "b 2"]);
  });
});

describe("sessions", () => {
  it("do not grow by endpoints that came and went", () => {
    const sessions = createSessions({
      clock: { now: () => 0, monotonic: () => 0 },
      random: () => () => 0,
      key: { queryParameter: undefined, read: ({ ip }) => ip },
    });
    const sessionOf = (ip: string): ReturnType<typeof sessions.of> => sessions.of({ ip } as never);
    for (let turn = 0; turn < 10_000; turn += 1) {
      sessions.hold(`e ${turn}`);
      for (const ip of ["a", "b", "default"]) sessionOf(ip).part(`e ${turn}`).count("n");
      sessions.release(`e ${turn}`);
      // A request that was under way.
      sessionOf("a").part(`e ${turn}`).count("n");
    }

    expect(["a", "b", "default"].map((ip) => sessionOf(ip).parts)).toEqual([0, 0, 0]);
  });

  it("keep what somebody else holds", () => {
    const sessions = createSessions({
      clock: { now: () => 0, monotonic: () => 0 },
      random: () => () => 0,
      key: undefined,
    });
    const part = (): ReturnType<ReturnType<typeof sessions.of>["part"]> => sessions.of({} as never).part("e");
    sessions.hold("e");
    part().count("n");
    sessions.hold("e");
    sessions.release("e");

    expect(part().counted("n")).toBe(1);
  });
});
