import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { checkConfig } from "../src/config/check.ts";
import type { Config } from "../src/config/config.ts";
import { createProjectFiles } from "../src/config/project-files.ts";
import { readConfig } from "../src/config/read.ts";
import type { BackworksResponse, Exchange, RequestBody, ResponseInit } from "../src/exchange.ts";
import { ConnectionFault } from "../src/exchange.ts";
import { isBackworksError } from "../src/errors.ts";
import { HeaderList } from "../src/headers.ts";
import { silentLogger } from "../src/logger.ts";
import type { EndpointSource, Explanation, RouteDraft } from "../src/mode.ts";
import { toRoute } from "../src/model/built-in.ts";
import { saidOf, toSource } from "../src/model/endpoint-source.ts";
import { mockMode } from "../src/modes/mock/mock.ts";
import { parseCookies, parseFields } from "../src/pipeline/fields.ts";
import { ReceivedBody } from "../src/pipeline/received-body.ts";
import { createRandom } from "../src/random.ts";
import { createRouter } from "../src/router/router.ts";
import { createFakeTime } from "./fake-time.ts";
import type { FakeTime } from "./fake-time.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { createResourcePool, heldBy } from "../src/resource-pool.ts";

/** Mock mode over a configuration, without pipeline or server. */
export interface MockRig {
  readonly time: FakeTime;
  readonly routes: readonly RouteDraft[];
  ask(method: string, url: string, init?: AskInit): Promise<Answer>;
  /** The same, without waiting for a promise: for what must happen in one step. */
  begin(method: string, url: string, init?: AskInit): Begun;
  explain(method: string, url: string, init?: AskInit): Promise<Explanation>;
  reset(session?: string): Promise<void>;
}

export interface AskInit {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | object;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: unknown;
  readonly fault: ConnectionFault | undefined;
  readonly response: BackworksResponse;
}

export interface Begun {
  readonly controller: AbortController;
  readonly response: Promise<Answer>;
}

export interface RigOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly development?: boolean;
  readonly root?: string;
}

/** Reads, checks, opens and compiles a configuration. */
export async function createMockRig(yaml: string, options: RigOptions = {}): Promise<MockRig> {
  const root = options.root ?? writeFiles(options.files ?? {});
  const raw = await readConfig({ cwd: root, text: yaml, env: {} });
  const config = await checkConfig(raw, { modes: new Map([["mock", mockMode]]), plugins: new Map() });
  const time = createFakeTime();
  const opened = await mockMode.open({
    app: { name: config.name, development: options.development ?? true, basePath: config.server.base_path },
    values: config.modeValues,
    place: raw.place,
    files: createProjectFiles(root),
    clock: time.clock,
    scheduler: time.scheduler,
    random: createRandom(7),
    logger: silentLogger,
    environment: raw.environment,
    templateFunctions: new Map(),
    templates: {
      compile: () => {
        throw new Error("mock mode has templates of its own");
      },
    },
    hide() {},
    service: () => {
      throw new Error("no services here");
    },
    optionalService: () => undefined,
    resources: heldBy(createResourcePool(), {}, "mock"),
  });
  const routes = await compileAll(config, opened);
  await mockMode.ready?.(opened);
  return rigOf(routes, { config, time, reset: async (session) => mockMode.reset?.(opened, session) });
}

async function compileAll(config: Config, opened: Parameters<typeof mockMode.compile>[1]): Promise<RouteDraft[]> {
  const routes: RouteDraft[] = [];
  for (const section of config.endpoints) {
    const compiled = await mockMode.compile(sourceOf(section, config), opened, new Map());
    if (typeof compiled === "function") throw new TypeError("mock mode makes its own routes");
    routes.push(...compiled);
  }
  return routes;
}

function sourceOf(section: Config["endpoints"][number], { raw }: Config): EndpointSource {
  return toSource(section, raw, { identity: saidOf(section, raw), files: createProjectFiles(raw.root) });
}

interface Parts {
  readonly config: Config;
  readonly time: FakeTime;
  readonly reset: MockRig["reset"];
}

const unlimited = { bodyBytes: Infinity, handlerMs: Infinity };

function rigOf(drafts: readonly RouteDraft[], { config, time, reset }: Parts): MockRig {
  const byHandler = new Map(drafts.map((draft) => [draft.handler, draft]));
  const routeOf = (draft: RouteDraft, method: string): ReturnType<typeof toRoute> =>
    toRoute({
      info: { id: `${method} ${draft.path}`, endpoint: "", method, pattern: draft.path, mode: "mock" },
      handler: draft.handler,
      limits: unlimited,
      explain: draft.explain,
    });
  const answer = (status: number): ReturnType<typeof toRoute> =>
    toRoute({ info: undefined, handler: () => ({ status }), limits: unlimited });
  const router = createRouter(
    drafts.flatMap((draft) => draft.methods.map((method) => routeOf(draft, method))),
    {
      basePath: config.server.base_path,
      strictSlash: false,
      notFound: answer(404),
      malformed: answer(400),
      notAllowed: () => answer(405),
      options: () => answer(204),
    },
  );

  function begin(method: string, url: string, init: AskInit = {}): Begun {
    const controller = new AbortController();
    const match = router.match(method, url.split("?")[0] ?? "");
    const needsBody = byHandler.get(match.route.handler)?.needs?.requestBody ?? false;
    const exchange = toExchange({ method, url, params: match.params, controller, needsBody }, init);
    const run = async (): Promise<ResponseInit> => match.route.handler(exchange);
    return { controller, response: run().catch(refusal).then(toAnswer) };
  }

  return {
    time,
    routes: drafts,
    reset,
    begin,
    ask: async (method, url, init) => begin(method, url, init).response,
    async explain(method, url, init = {}) {
      const match = router.match(method, url.split("?")[0] ?? "");
      const facts = { method, url, params: match.params, controller: new AbortController(), needsBody: true };
      return (await match.route.explain?.(toExchange(facts, init))) ?? { rules: [], hints: [] };
    },
  };
}

interface Facts {
  readonly method: string;
  readonly url: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly controller: AbortController;
  readonly needsBody: boolean;
}

function toExchange({ method, url, params, controller, needsBody }: Facts, { headers = {}, body }: AskInit): Exchange {
  const [path = "", search = ""] = url.split("?");
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const all: Record<string, string> =
    typeof body === "object" ? { "content-type": "application/json", ...lower } : lower;
  const text = typeof body === "object" ? JSON.stringify(body) : (body ?? "");
  const received: RequestBody = new ReceivedBody(Buffer.from(text), all["content-type"]);
  return {
    id: "request-1",
    trace: { traceId: "0".repeat(32), spanId: "0".repeat(16), sampled: false, state: undefined },
    startedAt: 0,
    signal: controller.signal,
    request: {
      method,
      url,
      path,
      search,
      query: parseFields(search),
      headers: all,
      rawHeaders: Object.entries(all).flat(),
      cookies: parseCookies(all["cookie"]),
      params,
      ip: "127.0.0.1",
      peer: { address: "127.0.0.1", trusted: false, encrypted: false, localPort: undefined },
      received: needsBody ? received : undefined,
      body: async () => received,
      stream: () => undefined,
    },
    route: undefined,
    response: undefined,
    respond: () => {
      throw new Error("nobody answers early here");
    },
    inform: () => {},
    onLeave: () => {},
    state: (key) => key.create(),
  };
}

function refusal(error: unknown): ResponseInit {
  if (!isBackworksError(error)) throw error;
  return { status: error.status, headers: { "x-code": error.code }, body: error.message };
}

async function toAnswer(init: ResponseInit): Promise<Answer> {
  const headers = HeaderList.from(init.headers);
  const body = init.body ?? null;
  const fault = body instanceof ConnectionFault ? body : undefined;
  const text = fault === undefined ? await toText(body) : "";
  return {
    status: init.status ?? 200,
    headers: Object.fromEntries(headers.entries()),
    text,
    get json() {
      return JSON.parse(text);
    },
    fault,
    response: { status: init.status ?? 200, headers, body },
  };
}

async function toText(body: unknown): Promise<string> {
  if (body === null) return "";
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  if (!(body instanceof Readable)) return JSON.stringify(body);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** A folder of its own with these files. */
function writeFiles(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder("mock");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}
