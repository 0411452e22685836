import { isIPv4, isIPv6 } from "node:net";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isInRange, isIpv4, isLoopback, parseIp, parseIpRange, toPlainIp } from "./ip-address.ts";

describe("parseIp", () => {
  it.each([
    ["192.0.2.1", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201]],
    ["::ffff:192.0.2.1", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201]],
    ["::ffff:c000:201", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201]],
    ["::", [0, 0, 0, 0, 0, 0, 0, 0]],
    ["2001:DB8::1", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]],
    ["1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]],
    ["1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0]],
    ["fe80::1%eth0", [0xfe80, 0, 0, 0, 0, 0, 0, 1]],
  ])("reads %s", (text, groups) => {
    expect(parseIp(text)).toEqual(groups);
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4.5",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "g::",
    ":1:2:3:4:5:6:7",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "unknown",
    "1.2.3.4 ",
  ])("refuses %j", (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it("takes what Node takes", () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(..."0123456789abcf:.".split("")), maxLength: 24 }),
    );

    fc.assert(
      fc.property(text, (given) => {
        expect(parseIp(given) !== undefined).toBe(isIPv4(given) || isIPv6(given));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("parseIpRange", () => {
  it.each([
    ["10.0.0.0/8", "10.255.1.2", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["192.0.2.129/25", "192.0.2.200", true],
    ["192.0.2.129/25", "192.0.2.100", false],
    ["0.0.0.0/0", "203.0.113.9", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["::/0", "2001:db8::1", true],
    ["2001:db8::/33", "2001:db8:7fff::1", true],
    ["2001:db8::/33", "2001:db8:8000::1", false],
    ["::1", "::1", true],
    ["::1", "::2", false],
  ])("says whether %s holds %s: %s", (text, address, holds) => {
    const [range, parsed] = [parseIpRange(text), parseIp(address)];

    expect(range !== undefined && parsed !== undefined && isInRange(parsed, range)).toBe(holds);
  });

  it.each(["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "/8", "10.0.0.0/-1", "10.0.0.0/1e1"])(
    "refuses %s",
    (text) => {
      expect(parseIpRange(text)).toBeUndefined();
    },
  );
});

describe("an address", () => {
  it("has one spelling, IPv4 never mapped", () => {
    const texts = ["::ffff:7f00:1", "::FFFF:127.0.0.1", "127.0.0.1", "FE80::1%eth0", "name"];

    expect(texts.map(toPlainIp)).toEqual(["127.0.0.1", "127.0.0.1", "127.0.0.1", "fe80::1", undefined]);
  });

  it("is this machine's own in 127.0.0.0/8 and as ::1", () => {
    const texts = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "128.0.0.1", "::2", ""];

    expect(texts.map(isLoopback)).toEqual([true, true, true, true, false, false, false]);
  });

  it("is known as IPv4 when it is mapped", () => {
    expect(["1.2.3.4", "::ffff:1.2.3.4", "::1.2.3.4"].map((text) => isIpv4(parseIp(text) ?? []))).toEqual([
      true,
      true,
      false,
    ]);
  });
});
