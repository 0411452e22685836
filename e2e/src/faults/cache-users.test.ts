import { Agent, request } from "node:http";
import { createRandom } from "@backworks/core/testing";
import { describe, expect } from "@jest/globals";
import { startUpstream } from "../upstream.ts";
import type { Upstream } from "../upstream.ts";
import { createWorkspace } from "../workspace.ts";
import { fault } from "./fault.ts";
import { startProbed } from "./probed.ts";

interface Scale {
  readonly requests: number;
}

/** Fields by which somebody may say who they are. */
const credentials = ["authorization", "cookie", "x-api-key", "x-auth-token"] as const;

/** What answers of a path say of who may have them; each path is answered by who asks, but the last. */
const controls: Readonly<Record<string, Record<string, string>>> = {
  "/fresh": { "cache-control": "max-age=60" },
  "/none": {},
  "/private": { "cache-control": "private, max-age=60" },
  "/no-cache": { "cache-control": "no-cache", etag: '"same"' },
  "/vary": { "cache-control": "max-age=60", vary: "Authorization, Cookie, X-API-Key, X-Auth-Token" },
  "/short": { "cache-control": "max-age=1, stale-while-revalidate=60" },
  "/public": { "cache-control": "public, max-age=60" },
  "/cookie": { "cache-control": "max-age=60", "set-cookie": "sid=1" },
  "/keyed/fresh": { "cache-control": "max-age=60" },
  "/for-all": { "cache-control": "max-age=60" },
};

const paths = Object.keys(controls);

/** A source that believes every field, and says of few answers that they are for one. */
function startSource(): Promise<Upstream> {
  return startUpstream((incoming, response) => {
    const [path = ""] = (incoming.url ?? "").split("?");
    const who = credentials.map((name) => incoming.headers[name]).find((value) => value !== undefined);
    response.writeHead(200, controls[path]);
    response.end(path === "/for-all" ? "everybody" : String(who ?? "nobody"));
  });
}

const configuration = (source: string): string => `name: users
rate_limit: false
server: { overload: false }
logging: { file: users.log, requests: false }
plugins: { cache: { default_ttl: 60 } }
endpoints:
  keyed: { path: "/keyed/*", proxy: "${source}", cache: { vary: [Authorization, Cookie, X-API-Key, X-Auth-Token] } }
  all: { path: "/*", proxy: "${source}" }
`;

interface Asked {
  readonly path: string;
  readonly headers: Record<string, string>;
  /** What an answer of one's own says. */
  readonly own: string;
}

/** Requests by chance, a third of them by nobody; the same each time. */
function createRequests(): () => Asked {
  const random = createRandom(1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return () => {
    const path = `${pick(paths)}?page=${Math.floor(random() * 20)}`;
    if (random() < 1 / 3) return { path, headers: {}, own: "nobody" };
    const own = `user=${Math.floor(random() * 50)}`;
    return { path, headers: { [pick(credentials)]: own }, own };
  };
}

interface Got {
  readonly text: string;
  readonly cache: string;
}

function ask(agent: Agent, url: string, asked: Asked): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(url + asked.path, { agent, headers: asked.headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("error", reject);
      response.once("end", () => resolve({ text, cache: String(response.headers["cache-status"]) }));
    });
    // A connection that was idle may end as it is used again.
    sent.once("error", (error) => (sent.reusedSocket ? resolve(ask(agent, url, asked)) : reject(error))).end();
  });
}

describe("a cache before a source that is careless", () => {
  fault<Scale>(
    "a million mixed requests of users that say who they are",
    { short: { requests: 6000 }, long: { requests: 1_000_000 }, limitMs: 1_800_000 },
    async ({ requests }, report) => {
      await using source = await startSource();
      using project = createWorkspace();
      project.write("backworks.yaml", configuration(source.url));
      await using server = await startProbed({ cwd: project.folder, timeoutMs: 1_800_000 });
      const agent = new Agent({ keepAlive: true, maxSockets: 32 });
      const next = createRequests();
      const wrong: string[] = [];
      const counts = { asked: 0, hits: 0, own: 0 };

      const client = async (): Promise<void> => {
        while (counts.asked < requests) {
          counts.asked += 1;
          const asked = next();
          const { text, cache } = await ask(agent, server.url, asked);
          const expected = asked.path.startsWith("/for-all") ? "everybody" : asked.own;
          if (text !== expected && wrong.length < 20) wrong.push(`${asked.path} ${asked.own} got ${text}: ${cache}`);
          if (cache.includes("hit")) counts.hits += 1;
          if (asked.own !== "nobody") counts.own += 1;
        }
      };
      const telling = setInterval(() => process.stdout.write(`${counts.asked} requests\n`), 60_000);
      const began = performance.now();
      await Promise.all(Array.from({ length: 32 }, client));
      const seconds = (performance.now() - began) / 1000;
      agent.destroy();
      clearInterval(telling);

      report.row("requests", counts.asked);
      report.row("of users that say who they are", counts.own);
      report.row("answered from the cache", counts.hits);
      report.row("requests a second", counts.asked / seconds);
      report.row("answers of another", wrong.length, "0");
      expect(wrong).toEqual([]);
      expect(counts.hits).toBeGreaterThan(requests / 10);
    },
  );
});
