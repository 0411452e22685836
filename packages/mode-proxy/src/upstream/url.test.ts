import { describe, expect, it } from "@jest/globals";
import { parseServerUrl } from "./url.ts";

describe("the URL of a server", () => {
  it.each([
    ["http://a", "http://a", ""],
    ["http://a/", "http://a", ""],
    ["http://a:80", "http://a", ""],
    ["https://a:8443/v1", "https://a:8443", "/v1"],
    ["http://a/v1/", "http://a", "/v1"],
    ["http://[::1]:9000/x/y", "http://[::1]:9000", "/x/y"],
    ["HTTP://A.example", "http://a.example", ""],
    ["http://a/b%2Fc", "http://a", "/b%2Fc"],
  ])("%s is %s with the path %j", (text, origin, path) => {
    expect(parseServerUrl(text)).toEqual({ origin, path });
  });

  it.each([
    ["localhost:9000", "must begin with http"],
    ["nowhere", "is not a URL"],
    ["ftp://a", "must begin with http"],
    ["http://", "is not a URL"],
    ["http://me:secret@a", "must not hold a name and a password"],
    ["http://a?b=1", "must not have a query"],
    ["http://a/#b", "must not have a query or a fragment"],
    ["http://a/b/../c", "must not have a . or .. segment"],
    ["http://a/%2e%2e", "must not have a . or .. segment"],
  ])("refuses %s", (text, problem) => {
    expect(parseServerUrl(text)).toContain(problem);
  });
});
