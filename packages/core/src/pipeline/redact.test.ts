import { describe, expect, it } from "@jest/globals";
import { redactHeaders, redactText } from "./redact.ts";

describe("redactHeaders", () => {
  it.each(["authorization", "cookie", "set-cookie", "x-api-key", "x-csrf-token", "proxy-authorization"])(
    "hides %s",
    (name) => {
      expect(redactHeaders({ [name]: "hush", accept: "a" })).toEqual({ [name]: "[redacted]", accept: "a" });
    },
  );
});

describe("redactText", () => {
  it.each([
    ['{"password": "a\\"b", "user":"ada"}', '{"password": "[redacted]", "user":"ada"}'],
    ['{"apiKey":123}', '{"apiKey":"[redacted]"}'],
    ["user=ada&password=p1&x=1", "user=ada&password=[redacted]&x=1"],
    ["nothing here", "nothing here"],
  ])("%s", (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  it("cuts what is long", () => {
    expect(redactText("x".repeat(5000))).toHaveLength(2049);
  });
});
