import { startApp } from "@backworks/core/testing";
import type { StartAppOptions, StartedApp } from "@backworks/core/testing";
import monitoring from "../src/index.ts";

const endpoints = `
  users: { path: "/users/{id:int}", methods: [GET, DELETE], mock: { body: { ok: true } } }
  broken: { path: /broken, mock: { status: 503, body: {} } }
  orders: { path: /orders, methods: [POST], mock: { status: 201, body: {} } }`;

/** An app with the plugin; `options` is the YAML of `plugins.monitoring`. */
export async function startMonitored(options: string = "{}", more: Partial<StartAppOptions> = {}): Promise<StartedApp> {
  return startApp({ yaml: yamlOf(options), ...more, plugins: [monitoring, ...(more.plugins ?? [])] });
}

export function yamlOf(options: string, others: string = ""): string {
  return `name: shop\nendpoints:${endpoints}\nplugins:\n  monitoring: ${options}\n${others}`;
}

/** The metrics as text. */
export async function scrape(app: StartedApp, headers: Record<string, string> = {}): Promise<string> {
  return (await app.fetch("/metrics", { headers })).text();
}
