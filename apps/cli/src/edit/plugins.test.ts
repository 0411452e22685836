import { describe, expect, it } from "@jest/globals";
import { enablePlugin, removePlugin } from "./plugins.ts";

const cache = { name: "cache", package: undefined, version: undefined, modulePath: undefined };

function changed(edit: ReturnType<typeof enablePlugin>): string {
  expect(edit.kind).toBe("changed");
  return edit.kind === "changed" ? edit.text : "";
}

describe("enablePlugin", () => {
  it.each([
    ["no plugins", "name: x\n# end\n", "name: x\n# end\n\nplugins:\n  cache:\n    enabled: true\n"],
    ["no line break at the end", "name: x", "name: x\n\nplugins:\n  cache:\n    enabled: true\n"],
    ["nothing below plugins", "plugins:\nname: x\n", "plugins:\n  cache:\n    enabled: true\nname: x\n"],
    ["empty braces", "plugins: {}\n", "plugins: { cache: { enabled: true } }\n"],
    ["braces", "plugins: { a: {} } # c\n", "plugins: { cache: { enabled: true }, a: {} } # c\n"],
    [
      "others, with comments between",
      "plugins:\n    # about a\n    a:\n        enabled: true # on\n\n# the API\nendpoints: {}\n",
      "plugins:\n    # about a\n    a:\n        enabled: true # on\n    cache:\n        enabled: true\n\n# the API\nendpoints: {}\n",
    ],
    [
      "off, on its own line",
      "plugins:\n  cache:\n    enabled: false # for the moment\n    ttl: 5\n",
      "plugins:\n  cache:\n    enabled: true # for the moment\n    ttl: 5\n",
    ],
    [
      "Windows line ends",
      "name: x\r\nplugins:\r\n  a: {}\r\n",
      "name: x\r\nplugins:\r\n  a: {}\r\n  cache:\r\n    enabled: true\r\n",
    ],
  ])("keeps everything else: %s", (_name, before, after) => {
    const edit = enablePlugin(before, cache);

    expect(changed(edit)).toBe(after);
  });

  it("writes package and version when they are given", () => {
    const edit = enablePlugin("name: x\n", { ...cache, name: "auth", package: "@acme/auth", version: "^2.0.0" });

    expect(changed(edit)).toContain('  auth:\n    enabled: true\n    package: "@acme/auth"\n    version: "^2.0.0"\n');
  });

  it.each([
    ["a block", "plugins:\n  cache: # c\n    ttl: 5\n", 'plugins:\n  cache: # c\n    version: "2.0.0"\n    ttl: 5\n'],
    ["braces", "plugins: { cache: { ttl: 5 } }\n", 'plugins: { cache: { version: "2.0.0", ttl: 5 } }\n'],
    ["empty braces", "plugins: { cache: {} }\n", 'plugins: { cache: { version: "2.0.0" } }\n'],
    ["nothing", "plugins:\n  cache:\nname: x\n", 'plugins:\n  cache:\n    version: "2.0.0"\nname: x\n'],
    ["nothing, at the end", "plugins:\n  cache:", 'plugins:\n  cache:\n    version: "2.0.0"\n'],
    [
      "another version",
      "plugins:\n  cache: { version: ^1.0.0 } # c\n",
      'plugins:\n  cache: { version: "2.0.0" } # c\n',
    ],
    ["a quoted version", "plugins: { cache: { version: '^1.0.0' } }\n", "plugins: { cache: { version: '2.0.0' } }\n"],
    [
      "off",
      "plugins:\n  cache:\n    enabled: false\n",
      'plugins:\n  cache:\n    version: "2.0.0"\n    enabled: true\n',
    ],
  ])("writes the version where there is %s", (_name, before, after) => {
    expect(changed(enablePlugin(before, { ...cache, version: "2.0.0" }))).toBe(after);
  });

  it("changes nothing when the plugin is on in that version", () => {
    const text = 'plugins: { cache: { version: "2.0.0" } }\n';

    expect(enablePlugin(text, { ...cache, version: "2.0.0" })).toEqual({ kind: "unchanged" });
  });

  it.each([["plugins:\n  cache:\n    ttl: 5\n"], ["plugins:\n  cache:\n"], ["plugins:\n  cache: { enabled: no }\n"]])(
    "changes nothing when the plugin is on: %j",
    (text) => {
      expect(enablePlugin(text, cache)).toEqual({ kind: "unchanged" });
    },
  );

  it.each([["{name: x}\n"], ["a: [\n"], ["- a\n"], ["plugins: [a]\n"], ["name: x\n...\n"]])("refuses %j", (text) => {
    expect(enablePlugin(text, cache).kind).toBe("unsafe");
  });
});

describe("removePlugin", () => {
  it.each([
    ["the only one, at the end", "name: x\n\nplugins:\n  cache: {}\n", "name: x\n"],
    ["the only one", "name: x\nplugins:\n  cache:\n    ttl: 5\n\nendpoints: {}\n", "name: x\n\nendpoints: {}\n"],
    [
      "one of several, comments of the next one stay",
      "plugins:\n  a: {}\n  cache: # c\n    ttl: 5\n    text: |\n      # no comment\n\n  # about b\n  b: {}\n",
      "plugins:\n  a: {}\n\n  # about b\n  b: {}\n",
    ],
    ["the last", "plugins:\n  a: {}\n  cache: {\n    ttl: 5\n    }\nname: x\n", "plugins:\n  a: {}\nname: x\n"],
    ["first in braces", "plugins: { cache: { a: '}' }, b: {} }\n", "plugins: { b: {} }\n"],
    ["last in braces", "plugins: { b: {}, cache: { a: '}' } }\n", "plugins: { b: {} }\n"],
    ["alone in braces", "plugins: { cache: { a: '}' } }\n", "plugins: {}\n"],
  ])("keeps everything else: %s", (_name, before, after) => {
    expect(changed(removePlugin(before, "cache"))).toBe(after);
  });

  it("changes nothing when the plugin is not there", () => {
    expect(removePlugin("plugins:\n  a: {}\n", "cache")).toEqual({ kind: "unchanged" });
  });
});
