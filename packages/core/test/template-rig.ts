import path from "node:path";
import type { Clock } from "../src/clock.ts";
import type { Place, Source } from "../src/errors.ts";
import { BackworksError, isBackworksError } from "../src/errors.ts";
import type { BackworksRequest, JsonValue } from "../src/exchange.ts";
import { silentLogger } from "../src/logger.ts";
import type { ProjectFiles } from "../src/mode.ts";
import { createRandom } from "../src/random.ts";
import { compileTemplate } from "../src/template/compile.ts";
import type { ResourceReader, Scope, StateAccess, Template, TemplateOptions } from "../src/template/template.ts";

/** 2026-01-15T12:00:00Z. */
const startOfTest = Date.UTC(2026, 0, 15, 12);

const clock: Clock = { now: () => startOfTest, monotonic: () => 0 };

/** What a request of a test holds; the rest is the request of `GET /users/7?filter=red`. */
export interface ScopeInit {
  readonly body?: JsonValue | undefined;
  readonly query?: BackworksRequest["query"];
  readonly params?: BackworksRequest["params"];
  readonly headers?: BackworksRequest["headers"];
  readonly data?: unknown;
  readonly seed?: number;
  readonly state?: Record<string, unknown>;
}

/** A scope with everything in it. */
export function createScope(init: ScopeInit = {}): Scope {
  const body = "body" in init ? init.body : { name: "Ada", tags: ["x", "y"], address: { city: "Paris" }, age: 36 };
  const users = [
    { id: "1", name: "Ada" },
    { id: "2", name: "Ben" },
  ];
  return {
    request: {
      method: "GET",
      url: "/users/7?filter=red",
      path: "/users/7",
      search: "filter=red",
      query: init.query ?? { filter: "red", page: "2", tag: ["a", "b"] },
      headers: init.headers ?? { "x-plan": "pro", "x-request-id": "abc", accept: "*/*" },
      rawHeaders: [],
      cookies: { "session-id": "s1" },
      params: init.params ?? { id: "7" },
      ip: "127.0.0.1",
      peer: { address: "127.0.0.1", trusted: false, encrypted: false, localPort: undefined },
      received: { bytes: new Uint8Array(), text: "", value: body },
      body: () => Promise.reject(new Error("templates do not wait")),
      stream: () => undefined,
    },
    requestId: "req-1",
    clock,
    random: createRandom(init.seed ?? 1),
    uptimeMs: 5250,
    count: 3,
    session: { id: "default" },
    state: createState(init.state ?? { visits: 4 }),
    resources: { resource: (name) => (name === "users" ? createReader(users) : undefined) },
    data: "data" in init ? init.data : [1, 2, 3],
  };
}

function createState(values: Record<string, unknown>): StateAccess {
  return {
    get: (name) => values[name],
    set: (name, value) => (values[name] = value),
    incr: (name, by) => {
      const sum = Number(values[name] ?? 0) + by;
      values[name] = sum;
      return sum;
    },
    delete: (name) => name in values && delete values[name],
  };
}

function createReader(records: readonly Readonly<Record<string, unknown>>[]): ResourceReader {
  return {
    get: (id) => records.find((record) => record["id"] === String(id)),
    list: (filter) => records.filter((record) => Object.entries(filter).every(([key, value]) => record[key] === value)),
    count: () => records.length,
  };
}

/** Files of a project, given as texts. */
export function createFiles(texts: Readonly<Record<string, string>> = {}, root = "/project"): ProjectFiles {
  const resolve = (name: string, where?: Place): string => {
    const file = path.resolve(root, name);
    if (!file.startsWith(root + path.sep)) throw new BackworksError("BW_FILE_OUTSIDE", { file: name }, { where });
    return file;
  };
  const readText = (name: string, where?: Place): string => {
    const text = texts[path.relative(root, resolve(name, where))];
    if (text === undefined) throw new BackworksError("BW_FILE_MISSING", { file: name }, { where });
    return text;
  };
  return {
    root,
    resolve,
    readText,
    readBytes: (name, where) => Buffer.from(readText(name, where)),
    // The texts of tests are JSON.
    readData: (name, where) => JSON.parse(readText(name, where)) as JsonValue,
  };
}

export interface CompileInit extends Partial<TemplateOptions> {
  /** The text the value stands in, for places; the value stands at its beginning. */
  readonly text?: string;
}

/** Compiles a value with everything at its default. */
export function compile(value: unknown, { text, ...options }: CompileInit = {}): Template {
  const source: Source = { file: "backworks.yaml", text: text ?? (typeof value === "string" ? value : "") };
  return compileTemplate(value, {
    place: () => ({ source, line: 1, column: 1, length: 1 }),
    functions: new Map(),
    environment: { STAGE: "test", SECRET: "hush" },
    exposeEnvironment: ["STAGE"],
    strict: false,
    files: createFiles(),
    development: false,
    logger: silentLogger,
    loadModule: () => {
      throw new Error("not installed");
    },
    ...options,
  });
}

/** Compiles and evaluates; the same through JSON, because both roads must lead to the same answer. */
export function evaluate(value: unknown, scope: ScopeInit = {}, init: CompileInit = {}): unknown {
  const template = compile(value, init);
  const answer = template.evaluate(createScope(scope));
  const json = template.renderJson(createScope(scope));
  if (JSON.stringify(answer) !== json) throw new Error(`evaluate gives ${JSON.stringify(answer)}, renderJson ${json}`);
  return answer;
}

/** The mistakes of a value that must not compile. */
export function mistakesOf(value: unknown, init: CompileInit = {}): readonly BackworksError[] {
  try {
    compile(value, init);
  } catch (error) {
    if (isBackworksError(error) && error.code === "BW_CONFIG_INVALID") return error.errors;
    throw error;
  }
  throw new Error(`${JSON.stringify(value)} compiled`);
}
