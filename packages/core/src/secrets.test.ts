import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Secrets } from "./secrets.ts";

const value = 'p@ss "wörd"/+?&=\n1';

describe("Secrets", () => {
  it.each<[string, string]>([
    ["as it is", value],
    ["in JSON", JSON.stringify({ value }).slice(10, -2)],
    ["in JSON in JSON", JSON.stringify(JSON.stringify(value)).slice(3, -3)],
    ["in a URL", encodeURIComponent(value)],
    ["in a URL, lower case", encodeURIComponent(value).replaceAll(/%../g, (code) => code.toLowerCase())],
    ["in a form", new URLSearchParams({ v: value }).toString().slice(2).replaceAll("%20", "+")],
    ["in base64", Buffer.from(value).toString("base64").replace(/.=*$/, "")],
    ["in base64url", Buffer.from(value).toString("base64url")],
  ])("hides a secret %s", (_name, form) => {
    const secrets = new Secrets([value]);

    const shown = secrets.hide(`before ${form} behind`);

    expect(shown).toMatch(/^before \[redacted\].? behind$/);
  });

  it.each(["", "u", "us", "user:", "another user:"])("hides a secret behind %j in base64", (before) => {
    const secrets = new Secrets(["hunter2-hunter2"]);

    const shown = secrets.hide(`Basic ${Buffer.from(`${before}hunter2-hunter2`).toString("base64")}`);

    expect(shown).toContain("[redacted]");
    expect(Buffer.from(shown.replace(/^Basic |\[redacted\].*$/g, ""), "base64").toString()).not.toContain("hunt");
  });

  it("hides the password of an address by itself", () => {
    const secrets = new Secrets(["postgres://ada:s%40fe-pass@db.internal/shop"]);

    expect(secrets.hide("password s@fe-pass refused")).toBe("password [redacted] refused");
    expect(secrets.hide("at postgres://ada:s%40fe-pass@db.internal/shop")).toBe("at [redacted]");
  });

  it.each(["true", "8080", "x", "12345", "localhost", "Production", "127.0.0.1", "      "])(
    "leaves %j alone",
    (plain) => {
      const secrets = new Secrets([plain]);

      expect([secrets.active, secrets.hide(`a ${plain} b`)]).toEqual([false, `a ${plain} b`]);
    },
  );

  it("hides all of the longest when one begins like another, and each of many", () => {
    const secrets = new Secrets(["secret-one", "secret-one-and-more", "second"]);

    expect(secrets.hide("secret-one-and-more secret-one secondsecond")).toBe(
      "[redacted] [redacted] [redacted][redacted]",
    );
  });

  it("goes on hiding what was added before", () => {
    const secrets = new Secrets(["first-secret"]);
    secrets.add(["other-secret"]);

    expect(secrets.hide("first-secret other-secret")).toBe("[redacted] [redacted]");
  });

  it("hides in the texts and keys of a value, and leaves the rest", () => {
    const secrets = new Secrets(["hunter2"]);
    const date = new Date(0);

    expect(secrets.hideIn({ a: ["hunter2", 1, null], hunter2: { b: "x hunter2" }, date })).toEqual({
      a: ["[redacted]", 1, null],
      "[redacted]": { b: "x [redacted]" },
      date,
    });
  });

  it("hides what a naive search finds, and nothing else", () => {
    const unit = fc.constantFrom("a", "b", "%", "é");
    const words = fc.array(fc.string({ unit, minLength: 6, maxLength: 9 }), { minLength: 1, maxLength: 6 });

    fc.assert(
      fc.property(words, fc.string({ unit, maxLength: 60 }), fc.nat(60), (values, around, at) => {
        const secrets = new Secrets(values);
        const [first = ""] = values;
        const text = around.slice(0, at) + first + around.slice(at);

        const shown = secrets.hide(text);

        expect(values.some((value) => shown.includes(value))).toBe(false);
        expect(secrets.hide("0123456789 xyz {}")).toBe("0123456789 xyz {}");
      }),
      { numRuns: 500 },
    );
  });
});
