import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createFakeTime } from "../../test/fake-time.ts";
import type { FakeTime } from "../../test/fake-time.ts";
import { misbehaviours, plugin, recordingLogger } from "../../test/plugin-rig.ts";
import type { LogLine, Misbehaviour } from "../../test/plugin-rig.ts";
import type { Exchange } from "../exchange.ts";
import type { AnsweredExchange, PluginContext, PluginDefinition, PluginInstance } from "../plugin.ts";
import { createRandom } from "../random.ts";
import { serve } from "./serve.ts";
import type { RunningApp } from "./serve.ts";

const failures = ["open", "closed"] as const;
type Failure = (typeof failures)[number];

/** A server with a plugin that is well, `good`, and room for one that is not, `bad`. */
interface Scene extends AsyncDisposable {
  readonly app: RunningApp;
  readonly time: FakeTime;
  readonly log: readonly LogLine[];
  /** Steps of the plugin that is well. */
  readonly good: readonly string[];
  /** Loads a configuration with these options for `bad`; `undefined` leaves it out. */
  reload(options: object | undefined): Promise<unknown>;
  /** Moves time on until a promise settles. */
  moving<T>(promise: Promise<T>): Promise<T>;
  ask(path: string): Promise<{ status: number; good: string | null; body: string }>;
}

async function open(
  bad: PluginDefinition,
  options: object | undefined,
  others: readonly PluginDefinition[] = [],
): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "backworks-bad-"));
  const time = createFakeTime();
  const log: LogLine[] = [];
  const good: string[] = [];
  const well = plugin("good", {
    start: () => void good.push("start"),
    stop: () => void good.push("stop"),
    afterResponse: ({ response }) => response.headers.set("x-good", "1"),
  });
  const write = (given: object | undefined): void => {
    const plugins = {
      good: {},
      ...Object.fromEntries(others.map(({ name }) => [name, {}])),
      ...(given && { bad: { config: given } }),
    };
    const endpoints = { a: { path: "/a", mock: { body: "a" } }, b: { path: "/b", mock: { body: "b" } } };
    const server = { overload: false };
    writeFileSync(join(folder, "backworks.yaml"), JSON.stringify({ name: "x", server, endpoints, plugins }));
  };
  const moving = async <T>(promise: Promise<T>): Promise<T> => {
    const state = { waits: true };
    promise.finally(() => (state.waits = false)).catch(() => {});
    while (state.waits) {
      await time.advance(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return promise;
  };
  write(options);
  const { clock, scheduler } = time;
  const own = { clock, scheduler, random: createRandom(1), logger: recordingLogger(log, {}), env: {} };
  const app = await moving(serve({ ...own, cwd: folder, port: 0, plugins: [bad, well, ...others] })).catch(
    (error: unknown) => {
      rmSync(folder, { recursive: true });
      throw error;
    },
  );
  return {
    app,
    time,
    log,
    good,
    moving,
    reload(given) {
      write(given);
      return moving(app.reload());
    },
    async ask(path) {
      const answer = await moving(fetch(app.url + path));
      return { status: answer.status, good: answer.headers.get("x-good"), body: await answer.text() };
    },
    async [Symbol.asyncDispose]() {
      await moving(app.close());
      rmSync(folder, { recursive: true });
    },
  };
}

const anyOptions = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;

/** A plugin that is well except for what `make` returns. */
function badPlugin(failure: Failure, make: (context: PluginContext) => PluginInstance): PluginDefinition {
  return plugin("bad", make, { failure, options: anyOptions });
}

/** What must hold whatever `bad` does: the other endpoint, the other plugin, a reload, and nothing stays. */
async function expectOthersUntouched(scene: Scene): Promise<void> {
  expect(await scene.ask("/b")).toEqual({ status: 200, good: "1", body: "b" });
  await scene.reload(undefined);
  expect(await scene.ask("/a")).toEqual({ status: 200, good: "1", body: "a" });
  await until(scene, () => scene.app.status().draining.length === 0);
  expect((await scene.moving(scene.app.plugins.health())).map(({ name }) => name)).toEqual(["good"]);
  expect(scene.good).toEqual(["start"]);
}

async function until(scene: Scene, holds: () => boolean): Promise<void> {
  while (!holds()) await scene.moving(new Promise((resolve) => setImmediate(resolve)));
}

async function reportOf(scene: Scene) {
  const reports = await scene.moving(scene.app.plugins.health());
  return reports.find(({ name }) => name === "bad");
}

/** The line of the log that names the plugin and the step. */
function lineOf(scene: Scene, step: string): LogLine | undefined {
  return scene.log.find(({ fields }) => fields["plugin"] === "bad" && fields["step"] === step);
}

const all = failures.flatMap((failure) => misbehaviours.map((way) => ({ ...way, failure })));
const failing = all.filter(({ kind }) => kind === "fails" || kind === "hangs");
const quiet = all.filter(({ kind }) => kind === "blocks" || kind === "later");
type Case = Misbehaviour & { readonly failure: Failure };

/** What is there only once the plugin was made. */
interface Made {
  scene?: Scene;
  context?: PluginContext;
}

/** Calls the misbehaviour with what is there by then. */
function spoiled({ run, kind }: Case, made: Made): () => never {
  return () => {
    if (kind === "blocks") return made.scene?.time.block(300) as never;
    // A step gives what it likes.
    return run({ time: createFakeTime(), context: made.context }) as never;
  };
}

/** Goes wrong in one step when its options say so. */
function buildFor(step: string, given: Case, made: Made = {}): PluginDefinition {
  return badPlugin(given.failure, (context) => {
    made.context = context;
    const wrong = spoiled(given, made);
    const asked = (options: unknown): boolean => (options as { wrong: boolean }).wrong;
    const isWrong = asked(context.options);
    if (step === "initialize") return isWrong ? wrong() : {};
    if (step === "reconfigure") return { reconfigure: (options) => (asked(options) ? wrong() : undefined) };
    if (step === "importState") return { exportState: () => 1, importState: isWrong ? wrong : () => {} };
    return { start: isWrong ? wrong : () => {} };
  });
}

describe.each(["initialize", "start"] as const)("%s", (step) => {
  it.each(failing)("that $how refuses a first start ($failure)", async (given) => {
    await expect(open(buildFor(step, given), { wrong: true })).rejects.toMatchObject({
      code: given.kind === "hangs" ? "BW_PLUGIN_TIMEOUT" : "BW_PLUGIN_FAILED",
      details: { plugin: "bad", step },
    });
  });
});

describe.each(["initialize", "start", "importState", "reconfigure"] as const)("%s", (step) => {
  it.each(failing)("that $how refuses the reload, what served before serves on ($failure)", async (given) => {
    await using scene = await open(buildFor(step, given), { wrong: false });

    const refused = scene.reload({ wrong: true });

    await expect(refused).rejects.toMatchObject({
      code: given.kind === "hangs" ? "BW_PLUGIN_TIMEOUT" : "BW_PLUGIN_FAILED",
      details: { plugin: "bad", step },
      message: expect.stringContaining(given.says),
    });
    expect(scene.app.status()).toMatchObject({ generation: 1, draining: [] });
    expect(await scene.ask("/a")).toEqual({ status: 200, good: "1", body: "a" });
    expect(await reportOf(scene)).toMatchObject({ state: "started" });
    await expectOthersUntouched(scene);
  });

  it.each(quiet)("that $how refuses nothing ($failure)", async (given) => {
    const made: Made = {};
    await using scene = await open(buildFor(step, given, made), { wrong: false });
    made.scene = scene;

    await scene.reload({ wrong: true });
    await scene.time.advance(10);

    expect(scene.app.status().generation).toBe(2);
    expect((await reportOf(scene))?.errors).toEqual(given.kind === "later" ? { timer: 1 } : {});
    await expectOthersUntouched(scene);
  });
});

describe.each(["exportState", "stop", "cleanup"] as const)("%s", (step) => {
  const build = (given: Case, made: Made): PluginDefinition =>
    badPlugin(given.failure, (context) => {
      made.context = context;
      return { [step]: spoiled(given, made) };
    });

  it.each(failing)("that $how is told, and all goes on ($failure)", async (given) => {
    await using scene = await open(build(given, {}), { made: 1 });

    await scene.reload({ made: 2 });
    await until(scene, () => lineOf(scene, step) !== undefined);

    expect(lineOf(scene, step)?.fields["problem"]).toContain(given.says);
    expect(scene.app.status().generation).toBe(2);
    expect(await reportOf(scene)).toMatchObject({ state: "started" });
    await expectOthersUntouched(scene);
  });

  it.each(quiet)("that $how does not keep the reload ($failure)", async (given) => {
    const made: Made = {};
    await using scene = await open(build(given, made), { made: 1 });
    made.scene = scene;

    await scene.reload({ made: 2 });

    expect(await reportOf(scene)).toMatchObject({ state: "started", errors: {} });
    await expectOthersUntouched(scene);
    expect(scene.time.pending).toBe(0);
  });
});

describe.each(["beforeRequest", "afterResponse"] as const)("%s", (hook) => {
  const build = (given: Case, made: Made): PluginDefinition =>
    badPlugin(given.failure, (context) => {
      made.context = context;
      return { [hook]: { when: { endpoints: ["a"] }, run: spoiled(given, made) } };
    });

  it.each(failing)("that $how is skipped or refuses, as the plugin says ($failure)", async (given) => {
    await using scene = await open(build(given, {}), {});

    const answer = await scene.ask("/a");

    expect(answer.status).toBe(given.failure === "open" ? 200 : 503);
    expect(await reportOf(scene)).toMatchObject({ errors: { [hook]: 1 }, lastError: { step: hook } });
    expect(lineOf(scene, hook)?.fields["problem"]).toContain(given.says);
    await expectOthersUntouched(scene);
  });

  it.each(failing)("that $how every time is left out for a while ($failure)", async (given) => {
    await using scene = await open(build(given, {}), {});

    for (let times = 0; times < 6; times += 1) await scene.ask("/a");

    expect(await reportOf(scene)).toMatchObject({ state: "quarantined", status: "unhealthy", errors: { [hook]: 5 } });
    expect((await scene.ask("/a")).status).toBe(given.failure === "open" ? 200 : 503);
    await expectOthersUntouched(scene);
  });

  it.each(quiet)("that $how does not touch the request ($failure)", async (given) => {
    const made: Made = {};
    await using scene = await open(build(given, made), {});
    made.scene = scene;

    const answer = await scene.ask("/a");
    await scene.time.advance(10);

    expect(answer).toEqual({ status: 200, good: "1", body: "a" });
    expect((await reportOf(scene))?.errors).toEqual({ [given.kind === "later" ? "timer" : hook]: 1 });
    await expectOthersUntouched(scene);
  });
});

describe("finished", () => {
  it.each(all)("that $how reaches nobody ($failure)", async (given) => {
    const made: Made = {};
    const bad = badPlugin(given.failure, (context) => {
      made.context = context;
      return { finished: { when: { endpoints: ["a"] }, run: spoiled(given, made) } };
    });
    await using scene = await open(bad, {});
    made.scene = scene;

    const answers = [await scene.ask("/a"), await scene.ask("/a")];
    await scene.time.advance(10);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    // It has no time limit: nobody waits for it.
    const errors = { fails: { finished: 2 }, later: { timer: 2 }, hangs: {}, blocks: {} };
    expect((await reportOf(scene))?.errors).toEqual(errors[given.kind]);
    await expectOthersUntouched(scene);
  });
});

describe.each(["healthCheck", "getMetrics"] as const)("%s", (step) => {
  it.each(all)("that $how is told in its place alone ($failure)", async (given) => {
    const made: Made = {};
    const bad = badPlugin(given.failure, (context) => {
      made.context = context;
      return { [step]: spoiled(given, made) };
    });
    await using scene = await open(bad, {});
    made.scene = scene;
    const isFailure = given.kind === "fails" || given.kind === "hangs";

    const health = JSON.parse((await scene.ask("/health")).body);
    const { status: ready } = await scene.ask("/ready");
    const metrics = await scene.moving(scene.app.plugins.metrics());

    const isUnhealthy = step === "healthCheck" && isFailure;
    expect(health.plugins).toContainEqual(
      expect.objectContaining({ name: "bad", status: isUnhealthy ? "unhealthy" : "healthy" }),
    );
    expect(ready).toBe(isUnhealthy ? 503 : 200);
    expect(metrics["bad"]?.own).toEqual({});
    expect(lineOf(scene, step)?.fields["problem"] ?? "").toContain(isFailure ? given.says : "");
    expect((await scene.ask("/a")).status).toBe(200);
    await expectOthersUntouched(scene);
  });
});

/** A promise that is settled by hand. */
function createGate(): { readonly opened: Promise<void>; open(): void } {
  let release = (): void => {};
  const opened = new Promise<void>((resolve) => (release = resolve));
  return { opened, open: () => release() };
}

describe("a hook that answers at the wrong time", () => {
  it.each(failures)("twice is taken at its last word (%s)", async (failure) => {
    const bad = badPlugin(failure, () => ({
      beforeRequest(exchange) {
        exchange.respond({ body: "first" });
        exchange.respond({ body: "second" });
      },
    }));
    await using scene = await open(bad, {});

    expect((await scene.ask("/a")).body).toBe("second");
  });

  it.each([
    ["open", 200, "a"],
    ["closed", 503, expect.stringContaining("BW_PLUGIN_REFUSED")],
  ] as const)("and fails then has not answered (%s)", async (failure, status, body) => {
    const bad = badPlugin(failure, () => ({
      async beforeRequest(exchange) {
        exchange.respond({ status: 201, body: "mine" });
        throw new Error("boom");
      },
    }));
    await using scene = await open(bad, {});

    expect(await scene.ask("/a")).toMatchObject({ status, body });
  });

  it.each(["beforeRequest", "afterResponse"] as const)(
    "after %s was given up changes nothing, neither before nor after the response is sent",
    async (hook) => {
      const late: (() => void)[] = [];
      const waits = createGate();
      const seen: unknown[] = [];
      const bad = badPlugin("open", () => ({
        [hook]: async (exchange: Exchange) => {
          const kept = exchange.response;
          late.push(() => {
            kept?.headers.set("x-late", "1");
            exchange.response?.headers.set("x-late", "2");
            exchange.respond({ status: 500, body: "late", headers: { "x-late": "3" } }).headers.set("x-late", "4");
            exchange.response = { ...exchange.respond({ status: 500 }) };
          });
          await new Promise(() => {});
        },
      }));
      // Begins when the other was given up, and keeps the response from being sent.
      const slow = plugin("a-slow", {
        afterResponse: { order: hook === "afterResponse" ? -1 : 0, timeoutMs: 60_000, run: () => waits.opened },
        finished: ({ response }) => void seen.push([response?.status, response?.headers.has("x-late")]),
      });
      await using scene = await open(bad, {}, [slow]);

      const asked = fetch(`${scene.app.url}/a`);
      await until(scene, () => lineOf(scene, hook) !== undefined);
      for (const act of late) act();
      waits.open();
      const answer = await scene.moving(asked);
      for (const act of late) act();

      expect([answer.status, answer.headers.get("x-late"), await answer.text()]).toEqual([200, null, "a"]);
      expect(seen).toEqual([[200, false]]);
      expect((await scene.ask("/b")).status).toBe(200);
    },
  );

  it("after the response was sent changes neither this one nor the next", async () => {
    const kept: AnsweredExchange[] = [];
    const bad = badPlugin("closed", () => ({ afterResponse: (exchange) => void kept.push(exchange) }));
    await using scene = await open(bad, {});
    await scene.ask("/a");

    for (const exchange of kept) {
      exchange.response.headers.set("x-late", "1");
      exchange.response.body = "late";
      exchange.respond({ status: 500 });
    }

    expect(await scene.ask("/a")).toEqual({ status: 200, good: "1", body: "a" });
  });
});

it("shows a plugin the same exchange in all its hooks", async () => {
  const seen: unknown[] = [];
  const note = (exchange: Exchange): void => void seen.push(exchange);
  await using scene = await open(
    badPlugin("open", () => ({ beforeRequest: note, afterResponse: note, finished: note })),
    {},
  );

  await scene.ask("/a");

  expect(new Set(seen).size).toBe(1);
  expect(seen).toHaveLength(3);
});
