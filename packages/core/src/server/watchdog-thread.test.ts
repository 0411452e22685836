import { EventEmitter } from "node:events";
import type { Session } from "node:inspector";
import { describe, expect, it } from "@jest/globals";
import type { Block } from "./block.ts";
import { WatchdogThread } from "./watchdog-thread.ts";

const plugin = { kind: "plugin", name: "slow", at: ["file:///shop/plugins/slow.js"] } as const;
const project = { kind: "project", name: "shop", at: ["file:///shop"] } as const;
const slowFrames = [
  { functionName: "spin", url: "file:///lib/node_modules/spin/index.js", location: { lineNumber: 0 } },
  { functionName: "run", url: "file:///shop/plugins/slow.js?v=0a1b", location: { lineNumber: 2, columnNumber: 6 } },
  { functionName: "inOrder", url: "file:///core/execute.js", location: { lineNumber: 9 } },
];
const reading = ["node:events", "node:_http_server", "node:_http_common"];

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly location: { readonly lineNumber: number; readonly columnNumber?: number };
}

interface Scene {
  readonly frames?: readonly Frame[];
  readonly atBreakpoint?: boolean;
  /** Nothing that is asked is answered. */
  readonly isDeaf?: boolean;
}

/** The other side of a debugger session: a thread that stands still until its beat is moved. */
class FakeSession extends EventEmitter {
  readonly posted: [string, object | undefined][] = [];
  readonly #scene: Scene;

  constructor(scene: Scene) {
    super();
    this.#scene = scene;
  }

  post(method: string, ...rest: unknown[]): void {
    const [first] = rest;
    this.posted.push([method, typeof first === "object" && first !== null ? first : undefined]);
    const { frames = slowFrames, atBreakpoint, isDeaf } = this.#scene;
    if (isDeaf === true) return;
    const params = { callFrames: frames.map((frame, index) => ({ ...frame, callFrameId: `${index}` })) };
    if (method === "Debugger.enable" && atBreakpoint === true) this.emit("Debugger.paused", { params });
    if (method === "Debugger.pause") this.emit("Debugger.paused", { params });
    const answer = rest.at(-1);
    if (typeof answer === "function") answer(null, { result: {} });
  }

  disconnect(): void {
    this.removeAllListeners();
  }
}

function watch(scene: Scene = {}) {
  let now = 0;
  const sessions: FakeSession[] = [];
  const lines: string[] = [];
  const blocks: Block[] = [];
  let kills = 0;
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const limits = { tickMs: 100, blockedMs: 1000, terminateMs: 5000, format: "json" } as const;
  const thread = new WatchdogThread(
    { ...limits, beats: beats.buffer, owners: [plugin, project] },
    {
      now: () => now,
      connect() {
        const session = new FakeSession(scene);
        sessions.push(session);
        // It has what is used of a session.
        return session as unknown as Session;
      },
      write: (line) => void lines.push(JSON.parse(line)),
      tell: (block) => void blocks.push(block),
      kill: () => void (kills += 1),
    },
  );
  /** Lets the thread tick; what it asks is answered in between. */
  const live = async (ms: number, stepMs = 100): Promise<void> => {
    for (let spent = 0; spent < ms; spent += stepMs) {
      now += stepMs;
      thread.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const wake = async (): Promise<void> => {
    beats[0] = (beats[0] ?? 0) + 1;
    await live(100);
  };
  return { live, wake, sessions, lines, blocks, kills: () => kills };
}

describe("a thread that watches another", () => {
  it("says nothing while there are beats", async () => {
    const { live, wake, sessions, lines, blocks } = watch();

    for (let times = 0; times < 5; times += 1) {
      await live(400);
      await wake();
    }

    expect([sessions, lines, blocks]).toEqual([[], [], []]);
  });

  it("names whose code was seen twice, at once and when it is over", async () => {
    const { live, wake, lines, blocks } = watch();

    await live(1200);
    const during = [...lines];
    await wake();

    const place = "/shop/plugins/slow.js:3:7";
    expect(during).toEqual([expect.objectContaining({ msg: "the event loop is blocked", plugin: "slow", place })]);
    expect(blocks).toMatchObject([
      { durationMs: 1200, certain: true, stopped: false, culprit: { owner: { name: "slow" }, place, function: "run" } },
    ]);
  });

  it("is not certain of what it saw once", async () => {
    const frames = [...slowFrames];
    const { live, wake, blocks } = watch({ frames });

    await live(900);
    frames.splice(0, 2);
    await live(300);
    await wake();

    expect(blocks).toMatchObject([{ certain: false, culprit: { owner: undefined, place: "/core/execute.js:10:1" } }]);
  });

  it("counts no time in which it did not run itself: the machine slept, or the process was suspended", async () => {
    const { live, wake, sessions, blocks } = watch();

    await live(60_000, 60_000);
    await wake();

    expect([sessions, blocks]).toEqual([[], []]);
  });

  it("leaves somebody alone who sits at a breakpoint", async () => {
    const { live, wake, sessions, lines, blocks } = watch({ atBreakpoint: true });

    await live(20_000);
    await wake();

    expect(sessions.flatMap(({ posted }) => posted.map(([method]) => method))).not.toContain("Debugger.resume");
    expect([lines, blocks]).toEqual([[], []]);
  });

  it("stops what blocks for too long below a request", async () => {
    const below = reading.map((url) => ({ functionName: "emit", url, location: { lineNumber: 1 } }));
    const { live, wake, sessions, lines, blocks } = watch({ frames: [...slowFrames, ...below] });

    await live(5200);
    await wake();

    expect(sessions.at(-1)?.posted).toContainEqual(["Debugger.resume", { terminateOnResume: true }]);
    expect(lines).toHaveLength(2);
    expect(blocks).toMatchObject([{ stopped: true, culprit: { owner: { name: "slow" } } }]);
  });

  it("ends the process where stopping would leave Node itself half done", async () => {
    const below = { functionName: "listOnTimeout", url: "node:internal/timers", location: { lineNumber: 1 } };
    const { live, sessions, lines } = watch({ frames: [...slowFrames, below] });

    await live(5200);

    const evaluated = { callFrameId: "0", expression: "globalThis.process.exit(70)" };
    expect(sessions.at(-1)?.posted).toContainEqual(["Debugger.evaluateOnCallFrame", evaluated]);
    expect(lines.at(-1)).toMatchObject({ msg: expect.stringContaining("ending the process"), plugin: "slow" });
  });

  it("says that it sees nothing of code that does not hear, and ends the process when that takes too long", async () => {
    const { live, lines, kills } = watch({ isDeaf: true });

    await live(14_000);
    const before = kills();
    await live(2000);

    expect([before, kills()]).toEqual([0, 1]);
    expect(lines).toMatchObject([
      { msg: "the event loop is blocked", blockedMs: 2000 },
      { msg: "the event loop cannot be freed: ending the process" },
    ]);
  });
});

describe("canStop", () => {
  it.each([
    [["file:///a.js", ...reading], true],
    [["file:///a.js", "node:events", "node:internal/streams/readable", "node:internal/stream_base_commons"], true],
    [["file:///a.js", "node:internal/timers"], false],
    [["file:///a.js", "node:internal/process/task_queues"], false],
    [["file:///a.js", "node:async_hooks", ...reading], false],
    [["file:///a.js"], false],
    [[], false],
  ])("of %j is %s", (urls, can) => {
    expect(WatchdogThread.canStop(urls)).toBe(can);
  });
});
