import { describe, expect, it } from "@jest/globals";
import { host, toHost } from "./host.ts";

const hosts = [
  ["localhost", "localhost"],
  ["api.example.com", "api.example.com"],
  ["0.0.0.0", "0.0.0.0"],
  ["::1", "::1"],
  ["[::1]", "::1"],
  ["::", "::"],
  ["[::ffff:127.0.0.1]", "::ffff:127.0.0.1"],
  ["fe80::1%eth0", "fe80::1%eth0"],
] as const;

const others = [
  "",
  " ",
  "localhost:80",
  "127.0.0.1:80",
  "[::1]:80",
  "[localhost]",
  "http://localhost",
  "a/b",
  "*",
  "::g",
];

describe("where a server listens", () => {
  it.each(hosts)("may be %s", (given, address) => {
    expect(host.parse(given)).toBe(address);
    expect(toHost(given, 80)).toBe(address);
  });

  it.each(others)("is not '%s'", (given) => {
    expect(host.safeParse(given).success).toBe(false);
    expect(() => toHost(given, 80)).toThrow(expect.objectContaining({ code: "BW_LISTEN_FAILED" }));
  });
});
