import { describe, expect, it } from "@jest/globals";
import type { Exchange } from "@backworks/core";
import { exchangeFor } from "../../test/endpoint-rig.ts";
import { Asking } from "../request/asking.ts";
import { Flights } from "./flights.ts";

/** A client that leaves when it is told to. */
function createClient() {
  const client = { leave: () => {}, exchange: {} as Exchange };
  const onLeave = (listener?: (reason: unknown) => void): void => {
    client.leave = () => listener?.(undefined);
  };
  client.exchange = { ...exchangeFor("/a"), onLeave };
  return client;
}

describe("a request under way", () => {
  it("is joined by who comes, but not once the last who waited has left", () => {
    const flights = new Flights();
    const client = createClient();
    const asking = new Asking(client.exchange, { method: "GET", path: "/a", search: "", rawHeaders: [] });
    const flight = flights.begin("a", () => new Promise(() => {}), { ownWill: false, tags: [] });
    void flight.wait(client.exchange);
    flight.asking = asking;
    const before = flights.get("a");

    client.leave();

    expect(before).toBe(flight);
    expect(asking.signal.aborted).toBe(true);
    expect(flights.get("a")).toBeUndefined();
  });

  it("goes on for who came before the last has left", () => {
    const flights = new Flights();
    const [first, second] = [createClient(), createClient()];
    const asking = new Asking(first.exchange, { method: "GET", path: "/a", search: "", rawHeaders: [] });
    const flight = flights.begin("a", () => new Promise(() => {}), { ownWill: false, tags: [] });
    flight.wait(first.exchange).catch(() => {});
    flight.asking = asking;
    flight.wait(second.exchange).catch(() => {});

    first.leave();

    expect(asking.signal.aborted).toBe(false);
    expect(flights.get("a")).toBe(flight);
  });
});

describe("a purge while requests are under way", () => {
  it.each([
    ["of its URL", "url:/a", [undefined, "b"]],
    ["of another", "url:/c", ["a", "b"]],
    ["of everything", "*", [undefined, undefined]],
    ["of a name that any answer may have", "named:x", [undefined, undefined]],
  ])("%s has who comes later ask anew where that may count", (_what, tag, expected) => {
    const flights = new Flights();
    for (const key of ["a", "b"])
      flights.begin(key, () => new Promise(() => {}), { ownWill: true, tags: ["*", `url:/${key}`] });

    flights.forget([tag]);

    expect(["a", "b"].map((key) => (flights.get(key) === undefined ? undefined : key))).toEqual(expected);
  });
});

describe("a request that goes through as it came", () => {
  it("is the only one of its key, until it is answered or fails", async () => {
    const flights = new Flights();

    const first = flights.alone("a", async () => 1);
    const second = flights.alone("a", () => 2);
    const other = flights.alone("b", () => 3);
    await first;
    const failing = flights.alone("a", async () => Promise.reject(new Error("failed")));
    await Promise.resolve(failing).catch(() => {});
    const thrown = (): unknown =>
      flights.alone("a", () => {
        throw new Error("thrown");
      });

    expect([second, other]).toEqual([undefined, 3]);
    expect(thrown).toThrow("thrown");
    expect(flights.alone("a", () => 4)).toBe(4);
  });
});
