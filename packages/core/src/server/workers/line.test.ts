import { describe, expect, it } from "@jest/globals";
import { BackworksError } from "../../errors.ts";
import { createLine } from "./line.ts";
import type { Calls, Line, Port } from "./line.ts";

type Listener = (message: unknown) => void;

/** Two ports that carry copies, as two processes would. */
function createPorts(): [Port, Port] {
  const listeners: [Listener[], Listener[]] = [[], []];
  const port = (own: 0 | 1): Port => ({
    send(message) {
      const copy = structuredClone(message);
      queueMicrotask(() => listeners[own === 0 ? 1 : 0].forEach((listener) => listener(copy)));
      return true;
    },
    onMessage: (listener) => void listeners[own].push(listener),
  });
  return [port(0), port(1)];
}

function connect<Theirs extends Calls>(theirs: Theirs): Line<Theirs> {
  const [near, far] = createPorts();
  createLine(far, theirs);
  return createLine<Theirs>(near, {});
}

describe("line", () => {
  it("gives what the other side returns, each call its own", async () => {
    const line = connect({ double: async (value: number) => value * 2 });

    expect(await Promise.all([line.call("double", 2), line.call("double", 5)])).toEqual([4, 10]);
  });

  it("throws an error of ours with its code, details, place and parts", async () => {
    const where = { source: { file: "backworks.yaml", text: "name: a" }, line: 1, column: 7, length: 1 };
    const part = new BackworksError("BW_CONFIG_UNKNOWN_KEY", { key: "x", path: "server" }, { where, hint: "mend it" });
    const whole = new BackworksError("BW_CONFIG_INVALID", { count: "1 mistake", file: "a" }, { errors: [part], where });
    const line = connect({ fail: () => Promise.reject(whole) });

    const error = await line.call("fail", undefined).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: "BW_CONFIG_INVALID", message: whole.message, where });
    expect((error as BackworksError).errors[0]).toMatchObject({ message: part.message, hint: "mend it", where });
  });

  it("throws an error in the place of what cannot be looked at", async () => {
    const refuse = (): never => {
      throw new Error("hands off");
    };
    const thrown = new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse, ownKeys: refuse });
    const line = connect({ fail: () => Promise.reject(thrown) });

    await expect(line.call("fail", undefined)).rejects.toThrow("something that cannot be shown");
  });

  it("throws any other error with its name, message and code", async () => {
    const line = connect({
      fail: () => {
        throw Object.assign(new RangeError("too far"), { code: "EFAR" });
      },
    });

    await expect(line.call("fail", undefined)).rejects.toMatchObject({
      name: "RangeError",
      message: "too far",
      code: "EFAR",
    });
  });

  it("rejects what waits, and what comes after, when the other side is gone", async () => {
    const line = connect({ never: () => new Promise(() => {}) });
    const waiting = line.call("never", undefined);

    line.end(new Error("gone"));

    await expect(waiting).rejects.toThrow("gone");
    await expect(line.call("never", undefined)).rejects.toThrow("gone");
  });
});
