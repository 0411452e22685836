import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { formatErrors } from "../config/frame.ts";
import { isBackworksError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { definePlugin } from "../plugin.ts";
import type { PluginDefinition, PluginInstance } from "../plugin.ts";
import { loadProject, openApp } from "./open-app.ts";
import { startApp } from "../testing.ts";
import type { StartAppOptions, StartedApp } from "../testing.ts";

const secret = "hunter2+tr0ub4dor";
const address = `postgres://ada:${secret}@db.internal/shop`;
const forms = [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
  Buffer.from(`ada:${secret}`).toString("base64"),
];

function expectNone(text: string): void {
  expect(text).not.toBe("");
  for (const form of forms) expect(text).not.toContain(form);
}

const yaml = `
name: shop
plugins: { leaky: { url: "\${DATABASE_URL}" } }
endpoints:
  run: { path: /run, mock: { rules: [{ when: { headers: { x-key: "\${API_KEY}" } }, respond: { body: 1 } }] } }
`;

const env = { DATABASE_URL: address, API_KEY: secret };

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

function leaky(members: (url: string) => PluginInstance): PluginDefinition {
  return definePlugin({
    name: "leaky",
    version: "1.0.0",
    options: anything,
    initialize: ({ options }) => members((options as { url: string }).url),
  });
}

function start(members: (url: string) => PluginInstance, options: Partial<StartAppOptions> = {}): Promise<StartedApp> {
  return startApp({ yaml, env, plugins: [leaky(members)], ...options });
}

/** A logger that keeps everything as text. */
function keepLines(): { logger: Logger; text(): string } {
  const lines: string[] = [];
  const keep = (message: string, fields: object = {}): void => {
    const told = Object.values(fields).map((value) =>
      value instanceof Error ? `${value.message} ${value.stack} ${String(value.cause)}` : JSON.stringify(value),
    );
    lines.push([message, ...told].join(" "));
  };
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
  return { logger, text: () => lines.join("\n") };
}

function refuse(url: string): never {
  throw new Error(`cannot connect to ${url}`, { cause: new Error(`password ${secret} refused`) });
}

const handlers = (handler: () => never): PluginInstance => ({
  contributes: { handlers: [{ name: "fail", path: "/fail", handler }] },
});

describe("a value of the environment", () => {
  it("is not told to clients, the developer among them", async () => {
    await using app = await start((url) => handlers(() => refuse(url)), { development: true });

    const text = await (await app.fetch("/fail")).text();

    expect(text).toContain("[redacted]");
    expectNone(text);
  });

  it.each(["json", "pretty"])("is in no line of the log: %s", async (format) => {
    const more = `\nlogging: { file: app.log, format: ${format}, include_headers: true, include_body: true }`;
    const app = await start((url) => handlers(() => refuse(url)), { yaml: yaml + more, logger: undefined });

    await app.fetch(`/fail?q=${encodeURIComponent(secret)}`, {
      headers: { "x-custom": `Basic ${Buffer.from(`ada:${secret}`).toString("base64")}`, "x-request-id": "a/b" },
    });
    await app.fetch(`/${secret}`, { method: "POST", body: JSON.stringify({ text: secret }) });
    await app.clock.advance(50);
    const text = readFileSync(join(app.folder, "app.log"), "utf8");
    await app.close();

    expect(text).toContain("cannot connect to [redacted]");
    expectNone(text);
  });

  it("is not told to a logger that the caller gave, by whomever", async () => {
    const { logger, text } = keepLines();
    await using app = await startApp({
      yaml,
      env,
      logger,
      plugins: [
        definePlugin({
          name: "leaky",
          version: "1.0.0",
          options: anything,
          initialize({ options, logger: own }) {
            const { url } = options as { url: string };
            own.warn(`will use ${url}`, { url, nested: [{ url }], error: new Error(url) });
            return handlers(() => refuse(url));
          },
        }),
      ],
    });

    await app.fetch("/fail");

    expect(text()).toContain("will use [redacted]");
    expectNone(text());
  });

  it("is not told by health and status", async () => {
    const members = (url: string): PluginInstance => ({
      healthCheck: () => ({ status: "unhealthy", message: `no answer of ${url}` }),
      getMetrics: () => ({ [url]: 1 }),
    });
    await using app = await start(members, { control: true });
    const headers = { authorization: `Bearer ${app.control?.token}` };

    const texts = [
      await (await app.fetch("/health")).text(),
      await (await app.fetch("/ready")).text(),
      await (await fetch(`${app.control?.url}/__backworks/status`, { headers })).text(),
    ];

    expect(texts.every((text) => text.includes("no answer of [redacted]"))).toBe(true);
    for (const text of texts) expectNone(text);
  });

  it.each<[string, (url: string) => PluginInstance]>([
    ["initialize", refuse],
    ["start", (url) => ({ start: () => refuse(url) })],
  ])("is not in what a start fails with: %s", async (_step, members) => {
    const failure: unknown = await start(members).catch((error: unknown) => error);

    expect(isBackworksError(failure)).toBe(true);
    if (!isBackworksError(failure)) return;
    expect(formatErrors(failure)).toContain("cannot connect to [redacted]");
    expectNone(
      `${formatErrors(failure)} ${failure.stack} ${String((failure.cause as Error).cause)} ${JSON.stringify(failure.details)}`,
    );
  });

  it("is not in what a reload fails with", async () => {
    let fail = false;
    await using app = await start((url) => (fail ? refuse(url) : {}), { control: true });
    fail = true;
    app.write("backworks.yaml", yaml.replace("leaky: {", "leaky: { more: 1,"));

    const response = await fetch(`${app.control?.url}/__backworks/reload`, {
      method: "POST",
      headers: { authorization: `Bearer ${app.control?.token}` },
    });
    const text = await response.text();

    expect([response.status, text.includes("[redacted]")]).toEqual([422, true]);
    expectNone(text);
  });

  it("is not in what explains a request", async () => {
    await using app = await openApp({ text: yaml, env, plugins: [leaky(() => ({}))] });

    const explained = await app.explain({ method: "GET", url: "/run", headers: { "x-key": "other" } });

    expect(JSON.stringify(explained)).toContain("[redacted]");
    expectNone(JSON.stringify(explained));
  });

  it("is not in mistakes that a plugin's own schema finds", async () => {
    const options = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) => ({ issues: [{ message: `is no address: ${JSON.stringify(value)}` }] }),
      },
    };
    const plugin = definePlugin({ name: "leaky", version: "1.0.0", options, initialize: () => ({}) });

    const failure: unknown = await loadProject({ text: yaml, env, plugins: [plugin] }).catch((error: unknown) => error);

    expect(isBackworksError(failure) && formatErrors(failure)).toContain("is no address");
    expectNone(isBackworksError(failure) ? formatErrors(failure) : "");
  });

  it("is told where everybody sees it anyway", async () => {
    const open = "name: ${NAME}\nendpoints: { a: { path: '/${NAME}', mock: { body: 1 } } }";
    await using app = await startApp({ yaml: open, env: { NAME: "my-little-shop" } });

    expect(await (await app.fetch("/health")).text()).toContain("my-little-shop");
  });

  it("stays one where only a proxy or the author sees it", async () => {
    const { logger, text } = keepLines();
    const used = "name: x\ndescription: ${B_KEY}\nglobal_headers: { x-origin-key: '${A_KEY}' }\nendpoints: {}";
    const keys = { A_KEY: secret, B_KEY: `${secret}-2` };
    await using app = await startApp({ yaml: used, env: keys, logger });

    await app.fetch(`/${secret}-2`);

    expectNone(text());
  });

  it("counts when it stands in a dotenv file, wherever it is used", async () => {
    const { logger, text } = keepLines();
    const options = { yaml: "name: x\nendpoints: {}", files: { ".env": `TOKEN=${secret}\n` }, logger };
    await using app = await startApp(options);

    await app.fetch(`/${secret}`);

    expectNone(text());
  });

  it("is not shown with a line of a dotenv file that is wrong", async () => {
    const files = { ".env": `TOKEN=ok-token-1\n${secret}\n` };
    const failure: unknown = await startApp({ yaml, env, files }).catch((error: unknown) => error);

    expect(isBackworksError(failure) && formatErrors(failure)).toContain(".env:2:1");
    expectNone(isBackworksError(failure) ? formatErrors(failure) : "");
  });
});
