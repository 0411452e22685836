import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { StartedApp } from "@backworks/core/testing";
import { ask, startCached } from "./cache-rig.ts";

/** What a source says. */
export interface Said {
  /** @defaultValue 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A number that counts, unless it is given. */
  readonly body?: string;
}

/** A request, and what comes of it. */
export interface Step {
  /** Seconds that go by before. */
  readonly after?: number;
  /** @defaultValue GET */
  readonly method?: string;
  /** What follows the path of the case. */
  readonly at?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the source says from now on. */
  readonly source?: Said;
  /** How many requests the source gets. @defaultValue 1 */
  readonly asked?: number;
  /** @defaultValue 200 */
  readonly status?: number;
  readonly body?: string;
  /** Fields of the answer; `undefined` for one that is not there. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
  /** A part of `Cache-Status`. */
  readonly cache?: string;
  /** Fields of the last request that the source got. */
  readonly sent?: Readonly<Record<string, string | undefined>>;
}

/** A server with the cache before a source, for many cases that do not know of each other. */
export interface Stage extends AsyncDisposable {
  readonly app: StartedApp;
  /** Plays the steps one after another; what came, and what was to come. */
  play(steps: readonly Step[]): Promise<{ readonly got: readonly object[]; readonly expected: readonly object[] }>;
  /** A date so many seconds from now. */
  date(seconds: number): string;
}

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Serves with these options of the cache, and of the endpoint. */
export async function startStage(cache = "{}", endpoint = "true"): Promise<Stage> {
  const seen: Seen[] = [];
  let said: Said = {};
  const server = createServer(({ url = "", headers, method }, response) => {
    seen.push({ url, headers });
    // A date is what a case says it is.
    response.sendDate = false;
    response.writeHead(said.status ?? 200, said.headers as Record<string, string | string[]>);
    response.end(method === "HEAD" ? undefined : (said.body ?? String(seen.length)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const methods = "[GET, POST, PUT, DELETE, PATCH, OPTIONS]";
  const app = await startCached(
    `name: stage\nplugins: { cache: ${cache} }\nendpoints:\n  all: { path: "/*", methods: ${methods}, cache: ${endpoint}, proxy: "${source}" }`,
  );
  let cases = 0;

  const play = async (path: string, step: Step): Promise<readonly [object, object]> => {
    if (step.after !== undefined) await app.clock.advance(step.after * 1000);
    if (step.source !== undefined) said = step.source;
    const before = seen.length;
    const response = await ask(`${app.url}${path}${step.at ?? ""}`, {
      method: step.method ?? "GET",
      headers: step.headers ?? {},
    });
    const { asked = 1, status = 200, body, cache: told, fields, sent } = step;
    const got = {
      asked: seen.length - before,
      status: response.status,
      body: await response.text(),
      cache: pieceOf(response.headers.get("cache-status"), told),
      fields: chosen(fields, (name) => response.headers.get(name) ?? undefined),
      sent: chosen(sent, (name) => seen.at(-1)?.headers[name]),
    };
    const wanted = Object.entries({ asked, status, body, cache: told, fields, sent });
    const given = wanted.filter(([, value]) => value !== undefined);
    return [chosen(Object.fromEntries(given), (name) => got[name as keyof typeof got]), Object.fromEntries(given)];
  };

  return {
    app,
    date: (seconds) => new Date(app.clock.now() + seconds * 1000).toUTCString(),
    async play(steps) {
      cases += 1;
      const pairs = [];
      for (const step of steps) pairs.push(await play(`/case-${cases}`, step));
      return { got: pairs.map(([got]) => got), expected: pairs.map(([, expected]) => expected) };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The piece that was looked for, where it is there; otherwise all of it. */
function pieceOf(text: string | null, piece = ""): string {
  return text?.includes(piece) === true ? piece : String(text);
}

function chosen(names: object = {}, valueOf: (name: string) => unknown): object {
  return Object.fromEntries(Object.keys(names).map((name) => [name, valueOf(name)]));
}
