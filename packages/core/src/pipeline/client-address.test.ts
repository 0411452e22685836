import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseIpRange } from "../ip-address.ts";
import type { TrustedProxies } from "../model/app.ts";
import { clientAddress } from "./client-address.ts";

function clientOf(
  headers: Readonly<Record<string, string>>,
  trusted: TrustedProxies | readonly string[],
  peer: string | undefined = "10.0.0.1",
): string {
  // The parts of a message that are read.
  const message = { headers, socket: { remoteAddress: peer } } as unknown as IncomingMessage;
  return clientAddress(message, typeof trusted === "object" ? ranges(trusted) : trusted);
}

function ranges(given: readonly unknown[]): TrustedProxies {
  return given.flatMap((text) => parseIpRange(String(text)) ?? []);
}

const own = ["10.0.0.0/8"];

describe("clientAddress", () => {
  it("is the other end of the connection when nobody is trusted, whatever headers say", () => {
    const headers = { "x-forwarded-for": "1.1.1.1", forwarded: "for=1.1.1.1" };

    expect(clientOf(headers, false)).toBe("10.0.0.1");
    expect(clientOf(headers, own, "192.0.2.1")).toBe("192.0.2.1");
  });

  it("has one spelling for an IPv4 address, and none without a connection", () => {
    expect(clientOf({}, false, "::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(clientOf({}, false, "")).toBe("");
  });

  it.each<[string, TrustedProxies | readonly string[], string]>([
    ["1.1.1.1", own, "1.1.1.1"],
    ["9.9.9.9, 1.1.1.1", own, "1.1.1.1"],
    ["9.9.9.9, 1.1.1.1, 10.0.0.2", own, "1.1.1.1"],
    ["10.0.0.3, 10.0.0.2", own, "10.0.0.3"],
    ["9.9.9.9,nonsense,10.0.0.2", own, "10.0.0.2"],
    ["9.9.9.9, nonsense", own, "10.0.0.1"],
    ["1.1.1.1:4711", own, "1.1.1.1"],
    ["[2001:DB8::1]:4711", own, "2001:db8::1"],
    ["2001:db8::1", own, "2001:db8::1"],
    ["::ffff:1.1.1.1", own, "1.1.1.1"],
    [" , ,1.1.1.1,, ", own, "1.1.1.1"],
    ["", own, "10.0.0.1"],
    ["<script>", own, "10.0.0.1"],
    ["9.9.9.9, 1.1.1.1", 1, "1.1.1.1"],
    ["9.9.9.9, 1.1.1.1", 2, "9.9.9.9"],
    ["9.9.9.9, 1.1.1.1", 9, "9.9.9.9"],
    ["9.9.9.9, 1.1.1.1", true, "9.9.9.9"],
    ["nonsense, 1.1.1.1", true, "1.1.1.1"],
  ])("reads X-Forwarded-For %j from the right, trusting %j: %s", (listed, trusted, client) => {
    expect(clientOf({ "x-forwarded-for": listed }, trusted)).toBe(client);
  });

  it.each([
    ["for=1.1.1.1", "1.1.1.1"],
    ["For=1.1.1.1;proto=https;by=10.0.0.9", "1.1.1.1"],
    ['proto=https; for="[2001:db8::1]:4711"', "2001:db8::1"],
    ['for=9.9.9.9, for="1.1.1.1:80"', "1.1.1.1"],
    ["for=1.1.1.1, for=10.0.0.2", "1.1.1.1"],
    ['for="_hidden, for=9.9.9.9"', "10.0.0.1"],
    ["for=1.1.1.1, for=unknown", "10.0.0.1"],
    ["for=1.1.1.1, by=10.0.0.2", "10.0.0.1"],
    ['for="1.1.1.1', "10.0.0.1"],
  ])("reads Forwarded %s", (forwarded, client) => {
    expect(clientOf({ forwarded }, own)).toBe(client);
  });

  it("takes X-Forwarded-For when both are there", () => {
    expect(clientOf({ "x-forwarded-for": "1.1.1.1", forwarded: "for=9.9.9.9" }, own)).toBe("1.1.1.1");
  });

  it("never throws, and never names what is no address", () => {
    const text = fc.string({ unit: fc.constantFrom(...'for=1.2:[]", ;\\ab'.split("")), maxLength: 60 });

    fc.assert(
      fc.property(text, fc.boolean(), (header, standard) => {
        const client = clientOf({ [standard ? "forwarded" : "x-forwarded-for"]: header }, true);

        expect(client).toMatch(/^[\d.]+$|^[\da-f:]+$/);
      }),
    );
  });
});
