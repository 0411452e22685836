import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "../plugin.ts";
import type { Contributions, PluginDefinition, PluginInstance } from "../plugin.ts";
import { defineService, provideService } from "../service.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

const base = `name: shop
endpoints:
  a: { path: /a, mock: { body: a } }
  rows: { path: /rows, mock: { resource: { seed: [{ id: 1 }] } } }
`;
const enabled = `${base}plugins: { guest: {} }\n`;
const greeting = defineService<() => string>("greeting");

/** What a plugin made, to be seen gone. */
interface Trace {
  readonly state: WeakRef<object>;
  readonly events: string[];
}

function createGuest(part: (word: () => string) => PluginInstance, traces: Trace[]): PluginDefinition {
  return definePlugin({
    name: "guest",
    version: "1.0.0",
    async initialize({ scheduler, resources, signal }) {
      const state = { word: "hello", weight: new Uint8Array(1000) };
      const events: string[] = [];
      traces.push({ state: new WeakRef(state), events });
      signal.addEventListener("abort", () => void events.push("aborted"), { once: true });
      scheduler.every(1000, () => void events.push(state.word));
      await resources.acquire("socket", { open: () => state, close: () => void events.push("closed") });
      return { ...part(() => state.word), stop: () => void events.push("stopped") };
    },
  });
}

const contributing = (contributes: (word: () => string) => Contributions) => (word: () => string) => ({
  contributes: contributes(word),
});

const guests: readonly (readonly [string, (word: () => string) => PluginInstance])[] = [
  [
    "hooks",
    (word) => ({ beforeRequest: () => void word(), afterResponse: () => void word(), finished: () => void word() }),
  ],
  ["a handler", contributing((word) => ({ handlers: [{ name: "h", path: "/h", handler: () => ({ body: word() }) }] }))],
  [
    "middleware",
    contributing((word) => ({ middleware: [{ handler: (_request, _answer, next) => (word(), next()) }] })),
  ],
  [
    "a route",
    contributing((word) => ({ routes: [{ path: "/r", handler: (_request, answer) => void answer.end(word()) }] })),
  ],
  ["a service", contributing((word) => ({ services: [provideService(greeting, () => word())] }))],
  [
    "a template function",
    contributing((word) => ({
      templateFunctions: { greet: { signature: "greet()", description: "Greets.", arity: [0, 0], call: () => word() } },
    })),
  ],
];

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Collects until something is gone; what is still waited for by promises gets its time. */
async function isCollected(reference: WeakRef<object>): Promise<boolean> {
  for (let turn = 0; turn < 50; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    collect();
    if (reference.deref() === undefined) return true;
  }
  return false;
}

async function ask(app: StartedApp): Promise<void> {
  for (const path of ["/a", "/h", "/r", "/nowhere"]) await (await app.fetch(path)).text();
}

// Those of core for what a plugin may have left behind, a timer that throws say, stay as long as it serves.
const processEvents = ["warning", "exit", "beforeExit", "SIGTERM", "SIGINT", "SIGHUP", "message"];
const listeners = (): readonly number[] => processEvents.map((name) => process.listenerCount(name));

describe("a plugin that a reload takes away", () => {
  it.each(guests)("leaves nothing of %s behind", async (_what, part) => {
    const traces: Trace[] = [];
    await using app = await startApp({ yaml: base, plugins: [createGuest(part, traces)] });
    const before = { listeners: listeners(), timers: app.clock.pending };
    app.write("backworks.yaml", enabled);
    await app.reload();
    await ask(app);
    expect(app.clock.pending).toBeGreaterThan(before.timers);

    app.write("backworks.yaml", base);
    await app.reload();
    const [trace] = traces;
    while (trace?.events.at(-1) !== "closed") await app.clock.advance(1);
    await ask(app);

    expect(trace.events.slice(-3)).toEqual(["stopped", "aborted", "closed"]);
    expect({ listeners: listeners(), timers: app.clock.pending }).toEqual(before);
    expect(await isCollected(trace.state)).toBe(true);
  });

  it.each(guests)("leaves nothing of %s behind when the reload that brings it fails", async (_what, part) => {
    const traces: Trace[] = [];
    await using app = await startApp({ yaml: base, plugins: [createGuest(part, traces)] });
    const before = { listeners: listeners(), timers: app.clock.pending };
    app.write("backworks.yaml", enabled.replace("body: a", 'body: "${nope}"'));

    await expect(app.reload()).rejects.toMatchObject({ code: "BW_CONFIG_INVALID" });

    expect(traces[0]?.events).toEqual(["aborted", "closed"]);
    expect({ listeners: listeners(), timers: app.clock.pending }).toEqual(before);
    expect(await isCollected(traces[0]?.state ?? new WeakRef({}))).toBe(true);
  });

  it("is the same instance as long as nothing about it changes", async () => {
    const traces: Trace[] = [];
    await using app = await startApp({ yaml: enabled, plugins: [createGuest(() => ({}), traces)] });

    for (const turn of [1, 2, 3]) {
      app.write("backworks.yaml", `${enabled}version: "${turn}"\n`);
      await app.reload();
    }

    expect(traces).toHaveLength(1);
    expect(app.app.generation).toBe(4);
  });
});
