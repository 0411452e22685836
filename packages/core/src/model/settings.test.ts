import { describe, expect, it } from "@jest/globals";
import { checkConfig } from "../config/check.ts";
import type { Config } from "../config/config.ts";
import { readConfig } from "../config/read.ts";
import { modes } from "../modes/index.ts";
import { defaultLimits, toRouteLimits, toSaidLimits, toServerSettings } from "./settings.ts";

async function check(server: string, endpoint: string = ""): Promise<Config> {
  const text = `server: ${server}\nendpoints:\n  one: { path: /one, mock: { body: 1 }, ${endpoint} }\n`;
  const raw = await readConfig({ cwd: "/tmp", text, env: {} });
  return checkConfig(raw, { modes: new Map(modes.map((mode) => [mode.name, mode])), plugins: new Map() });
}

/** What holds for an endpoint that says nothing. */
function limitsOf(config: Config): Parameters<typeof toRouteLimits>[2] {
  return { limits: defaultLimits(toServerSettings(config)), saidLimits: toSaidLimits(config) };
}

describe("the settings of the server", () => {
  it("have a default for every limit", async () => {
    const { limits, timeouts } = toServerSettings(await check("{}"));

    expect(limits).toEqual({
      headerBytes: 16_384,
      headerLines: 100,
      urlBytes: 8192,
      bodyBytes: 1_048_576,
      bodyRatio: 100,
      jsonDepth: 64,
      jsonKeys: 10_000,
      queryPairs: 1000,
    });
    expect(timeouts).toEqual({
      headersMs: 10_000,
      requestMs: 30_000,
      streamMs: Infinity,
      keepAliveMs: 5000,
      checkIntervalMs: 1000,
      handlerMs: 30_000,
      writeMs: 30_000,
      drainMs: 30_000,
      hookMs: 250,
      lifecycleMs: 10_000,
    });
  });

  it.each([
    ["limits: { header_size: 1KB }", { limits: { headerBytes: 1024 } }],
    ["limits: { header_count: 20 }", { limits: { headerLines: 20 } }],
    ["limits: { url_size: 64 }", { limits: { urlBytes: 64 } }],
    ["limits: { body_size: 0 }", { limits: { bodyBytes: 0 } }],
    ["limits: { body_ratio: 3 }", { limits: { bodyRatio: 3 } }],
    ["limits: { json_depth: 2 }", { limits: { jsonDepth: 2 } }],
    ["limits: { json_keys: 0 }", { limits: { jsonKeys: 0 } }],
    ["limits: { query_pairs: 7 }", { limits: { queryPairs: 7 } }],
    ["timeouts: { headers: 2 }", { timeouts: { headersMs: 2000 } }],
    ["timeouts: { request: 1m }", { timeouts: { requestMs: 60_000, streamMs: 60_000 } }],
    ["timeouts: { keep_alive: 20ms }", { timeouts: { keepAliveMs: 20 } }],
    ["timeouts: { check_interval: 50ms }", { timeouts: { checkIntervalMs: 50 } }],
    ["timeouts: { handler: 0.5 }", { timeouts: { handlerMs: 500 } }],
    ["timeouts: { write: 7s }", { timeouts: { writeMs: 7000 } }],
    ["timeouts: { drain: 0 }", { timeouts: { drainMs: 0 } }],
    ["timeouts: { hook: 1s }", { timeouts: { hookMs: 1000 } }],
    ["timeouts: { lifecycle: 2s }", { timeouts: { lifecycleMs: 2000 } }],
    ["allow_encoded_slash: true", { allowEncodedSlash: true }],
  ])("take %s", async (text, expected) => {
    expect(toServerSettings(await check(`{ ${text} }`))).toMatchObject(expected);
  });

  it("have no limit where the file says false", async () => {
    const keys = ["header_size", "header_count", "url_size", "body_size", "body_ratio", "json_depth", "json_keys"];
    const off = (names: readonly string[]): string => `{ ${names.map((name) => `${name}: false`).join(", ")} }`;
    const times = ["headers", "request", "keep_alive", "handler", "write", "drain", "hook", "lifecycle"];

    const text = `{ limits: ${off([...keys, "query_pairs"])}, timeouts: ${off(times)} }`;
    const { limits, timeouts } = toServerSettings(await check(text));

    expect(new Set(Object.values(limits))).toEqual(new Set([Infinity]));
    expect(new Set(Object.values(timeouts))).toEqual(new Set([Infinity, 1000]));
  });

  it.each([
    "limits: { header_size: 1 }",
    "limits: { header_count: 1.5 }",
    "limits: { body_size: true }",
    "limits: { body_size: -1 }",
    "limits: { json_depth: 1MB }",
    "timeouts: { headers: 31s }",
    "timeouts: { headers: 0 }",
    "timeouts: { handler: 25d }",
    "timeouts: { handler: soon }",
    "timeouts: { check_interval: false }",
    "timeouts: { upstream: 1s }",
    "allow_encoded_slash: 1",
    "tls: { cert: a.pem }",
    "tls: { cert: a.pem, key: b.pem, min_version: SSLv3 }",
  ])("refuse %s", async (text) => {
    await expect(check(`{ ${text} }`)).rejects.toMatchObject({ code: "BW_CONFIG_INVALID" });
  });

  it("may be overridden by an endpoint", async () => {
    const config = await check("{}", "limits: { body_size: 2KB }, timeouts: { handler: false }");
    const [endpoint] = config.endpoints;

    const own = endpoint && toRouteLimits(endpoint, {}, limitsOf(config));

    expect(own).toEqual({ bodyBytes: 2048, handlerMs: Infinity });
  });

  it.each<[string, string, { streamBytes: number; handlerMs: number }]>([
    ["{}", "description: x", { streamBytes: Infinity, handlerMs: Infinity }],
    ["{}", "limits: { body_size: 2KB }", { streamBytes: 2048, handlerMs: Infinity }],
    ["{}", "timeouts: { handler: 5 }", { streamBytes: Infinity, handlerMs: 5000 }],
    ["{ limits: { body_size: 1MB } }", "description: x", { streamBytes: 1_048_576, handlerMs: Infinity }],
    ["{ timeouts: { handler: 30s } }", "description: x", { streamBytes: Infinity, handlerMs: 30_000 }],
    ["{ limits: { json_keys: 9 } }", "description: x", { streamBytes: Infinity, handlerMs: Infinity }],
  ])(
    "hold for a handler that streams and times itself only where they are said: %s, %s",
    async (server, own, expected) => {
      const config = await check(server, own);
      const [endpoint] = config.endpoints;

      const limits = endpoint && toRouteLimits(endpoint, { requestStream: true, ownTime: true }, limitsOf(config));

      expect(limits).toMatchObject(expected);
    },
  );
});

describe("the watchdog", () => {
  it.each([
    ["{}", { blockedMs: 1000, terminateMs: 30_000 }],
    ["{ watchdog: { blocked: 250ms, terminate: false } }", { blockedMs: 250, terminateMs: Infinity }],
    ["{ watchdog: false }", undefined],
  ])("of %s", async (server, expected) => {
    expect(toServerSettings(await check(server)).watchdog).toEqual(expected);
  });
});
