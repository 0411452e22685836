import { isDeepStrictEqual } from "node:util";
import type { JsonValue, OpenApp } from "@backworks/core";
import { askJson } from "./ask-json.ts";
import type { JsonAnswer } from "./ask-json.ts";
import type { Probe } from "./probes.ts";

/** A request that both sides answer, and not alike. */
export interface Difference {
  /** `GET /products?limit=1`, `GET /products, prefer: count=exact` */
  readonly request: string;
  /** `status`, `body[2].price`, `header location` */
  readonly at: string;
  /** What the mock answers there. */
  readonly mock: string;
  /** What the database answers there. */
  readonly database: string;
}

/** What a replay came to. */
export interface Replay {
  /** How many requests both were asked. */
  readonly requests: number;
  readonly differences: readonly Difference[];
}

type Side = Pick<OpenApp, "inject">;

/** Asks both sides the same, one request after another, and compares what a client can see. */
export async function replay(
  sides: { readonly mock: Side; readonly database: Side; readonly signal?: AbortSignal },
  probes: readonly Probe[],
  id: string,
): Promise<Replay> {
  const differences: Difference[] = [];
  const created: Created = { mock: "", database: "" };
  for (const probe of probes) {
    sides.signal?.throwIfAborted();
    const mock = await ask(sides.mock, probe, created.mock);
    const database = await ask(sides.database, probe, created.database);
    if (probe.creates === true) {
      created.mock = keyIn(mock, id);
      created.database = keyIn(database, id);
    }
    const found = compare(masked(mock, created.mock), masked(database, created.database));
    if (found !== undefined) differences.push({ request: requestOf(probe), ...found });
  }
  return { requests: probes.length, differences };
}

/** With the header fields that tell it from others to the same address. */
function requestOf({ method, url, headers = {} }: Probe): string {
  const fields = Object.entries(headers).filter(([name]) => name !== "content-type");
  return [`${method} ${url}`, ...fields.map(([name, value]) => `${name}: ${value}`)].join(", ");
}

interface Created {
  mock: string;
  database: string;
}

function ask(side: Side, { method, url, headers, body }: Probe, created: string): Promise<JsonAnswer> {
  const address = url.replace("{created}", encodeURIComponent(created));
  return askJson(side, {
    method,
    url: address,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function keyIn({ body }: JsonAnswer, id: string): string {
  const value = typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Members)[id] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

type Members = Readonly<Record<string, JsonValue | undefined>>;

/** A key that is made at random is another one on each side. */
function masked(answer: JsonAnswer, created: string): JsonAnswer {
  if (!/\D/.test(created)) return answer;
  const mask = (text: string): string => text.replaceAll(created, "{created}");
  const { headers, body } = answer;
  const location = headers["location"];
  return {
    ...answer,
    headers: typeof location === "string" ? { ...headers, location: mask(location) } : headers,
    // The same JSON with another text in it.
    body: body === undefined ? undefined : (JSON.parse(mask(JSON.stringify(body))) as JsonValue),
  };
}

type Found = Omit<Difference, "request">;

/** The first thing that a client sees to be different. */
function compare(mock: JsonAnswer, database: JsonAnswer): Found | undefined {
  if (mock.status !== database.status) return told("status", statusOf(mock), statusOf(database));
  for (const name of compared) {
    const [one, other] = [mock.headers[name], database.headers[name]];
    // What is told besides does no harm.
    if (one !== undefined && !isDeepStrictEqual(one, other)) return told(`header ${name}`, one, other);
  }
  if (mock.headers["etag"] !== undefined && database.headers["etag"] === undefined)
    return told("header etag", mock.headers["etag"], database.headers["etag"]);
  // Of a problem the status and the type count: its words name a mode.
  return mock.status >= 400 ? undefined : findDifference(mock.body, database.body, "body");
}

const compared = ["content-type", "location", "content-range", "x-total-count", "preference-applied", "allow"] as const;

function statusOf({ status, body }: JsonAnswer): string {
  const code = typeof body === "object" && body !== null ? (body as Members)["code"] : undefined;
  return typeof code === "string" ? `${status} ${code}` : String(status);
}

function findDifference(mock: JsonValue | undefined, database: JsonValue | undefined, at: string): Found | undefined {
  if (isDeepStrictEqual(mock, database)) return undefined;
  if (Array.isArray(mock) && Array.isArray(database)) {
    if (mock.length !== database.length) return told(`${at}.length`, mock.length, database.length);
    const index = mock.findIndex((item, place) => !isDeepStrictEqual(item, database[place]));
    return findDifference(mock[index] as JsonValue, database[index] as JsonValue, `${at}[${index}]`);
  }
  if (!isMembers(mock) || !isMembers(database)) return told(at, mock, database);
  const names = [...new Set([...Object.keys(mock), ...Object.keys(database)])];
  const name = names.find((one) => !isDeepStrictEqual(mock[one], database[one])) ?? "";
  return findDifference(mock[name], database[name], `${at}.${name}`);
}

function isMembers(value: JsonValue | undefined): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function told(at: string, mock: unknown, database: unknown): Found {
  return { at, mock: shown(mock), database: shown(database) };
}

const longest = 80;

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" && /^\d{3}\b/.test(value) ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
