import { serve } from "@backworks/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { RunningApp } from "@backworks/core";
import { createContext } from "./context.ts";
import { runUntilStopped } from "./lifecycle.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { createFakeTerminal } from "./testing/fake-terminal.ts";
import type { FakeTerminal } from "./testing/fake-terminal.ts";

let running: RunningApp;
let terminal: FakeTerminal;
let told: string[];

beforeEach(async () => {
  running = await serve({ config: { name: "x", endpoints: {}, logging: { enabled: false } }, port: 0 });
  terminal = createFakeTerminal({ cwd: "/" });
  told = [];
});

afterEach(() => running.close());

function run(untilStdinEnds = false): Lifecycle {
  return runUntilStopped(running, createContext(terminal, {}), {
    untilStdinEnds,
    onStopping: (reason) => told.push(reason),
    onReload: () => told.push("reload"),
  });
}

describe("runUntilStopped", () => {
  it.each([
    ["SIGTERM", 0],
    ["SIGINT", 130],
  ] as const)("ends on %s with %d and tells once", async (signal, code) => {
    const life = run();

    terminal.signal(signal);
    terminal.signal(signal);

    expect(await life.ended).toBe(code);
    expect(told).toEqual([signal]);
    expect(terminal.endedWith()).toBeUndefined();
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("ends at once on a second %s that is no echo of the first", async (signal, code) => {
    const life = run();

    terminal.signal("SIGINT");
    terminal.advance(299);
    terminal.signal(signal);
    const echo = terminal.endedWith();
    terminal.advance(1);
    terminal.signal(signal);
    await life.ended;

    expect(echo).toBeUndefined();
    expect(terminal.endedWith()).toBe(code);
  });

  it("reloads on SIGHUP and runs on", async () => {
    const life = run();

    terminal.signal("SIGHUP");
    life.stop("q", 0);

    expect(await life.ended).toBe(0);
    expect(told).toEqual(["reload", "q"]);
  });

  it("ends on the SIGHUP of a terminal that was closed", async () => {
    const life = run();

    terminal.closeWindow();
    terminal.signal("SIGHUP");

    expect(await life.ended).toBe(0);
    expect(told).toEqual(["the terminal was closed"]);
  });

  it("ends with standard input when that is asked for", async () => {
    const life = run(true);

    terminal.input.end();

    expect(await life.ended).toBe(0);
    expect(told).toEqual(["standard input ended"]);
  });
});
