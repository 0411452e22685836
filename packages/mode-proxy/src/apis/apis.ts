import type { Apis } from "@backworks/core";
import { Mistakes } from "../options/mistakes.ts";
import type { ApiOptions, ApisOptions } from "../options/apis.ts";
import { toBytes, toMs } from "@backworks/option-values";
import { toRetries } from "../options/retries.ts";
import { createRetryPolicy } from "../retry/create-policy.ts";
import { buildUpstream } from "../upstream/build.ts";
import type { Opening } from "../upstream/build.ts";
import { readTls } from "../upstream/tls.ts";
import { ApiClient } from "./api-client.ts";
import { createAuthentication } from "./authentication.ts";
import { RateGate } from "./rate-gate.ts";

/** The APIs of `apis:`. */
export class ApiSet implements Apis {
  readonly #clients: ReadonlyMap<string, ApiClient>;

  constructor(clients: ReadonlyMap<string, ApiClient>) {
    this.#clients = clients;
  }

  get names(): readonly string[] {
    return [...this.#clients.keys()];
  }

  find(name: string): ApiClient | undefined {
    return this.#clients.get(name);
  }
}

/** Opens `apis:`. @throws BW_CONFIG_INVALID */
export function createApis(options: ApisOptions, opening: Opening): ApiSet {
  const mistakes = new Mistakes(opening.workshop.context.place);
  const clients = new Map<string, ApiClient>();
  for (const [name, api] of Object.entries(options)) {
    const client = mistakes.attempt(() => createApi(name, api, opening));
    if (client !== undefined) clients.set(name, client);
  }
  mistakes.throwIfAny();
  return new ApiSet(clients);
}

/** Time for a new connection to an API; the rest of its `timeout` is for the answer. */
const connectMs = 10_000;

function createApi(name: string, options: ApiOptions, opening: Opening): ApiClient {
  const { workshop, holder } = opening;
  const { context, registry } = workshop;
  const { clock, random, scheduler, files } = context;
  const place: typeof context.place = (path) => context.place(["apis", name, ...path]);
  const tls = readTls(options.tls, name, { files, path: ["tls"], place });
  const { connections, keep_alive } = options;
  const init = { name, targets: [options.base_url], connections, keep_alive };
  const group = buildUpstream(init, { context, registry, extension: undefined }, { holder, tls, place });
  const retries = toRetries(options.retries);
  const limit = options.rate_limit;
  const gate =
    limit &&
    registry.acquire(`gate ${name} ${JSON.stringify(limit)}`, holder, () => {
      const { requests_per_minute: perMinute, burst, exceeded } = limit;
      return new RateGate({ api: name, perMinute, burst, waits: exceeded === "wait" }, { clock, scheduler });
    });
  return new ApiClient({
    name,
    upstream: group.withConnectTime(connectMs),
    authentication: createAuthentication(options.authentication, { ...opening, name }),
    headers: Object.entries(options.headers ?? {}).map(
      ([header, value]) => [header.toLowerCase(), String(value)] as const,
    ),
    gate,
    retries: retries && createRetryPolicy(retries, { clock, random }),
    timeoutMs: toMs(options.timeout),
    limit: toBytes(options.max_body),
    clock,
    scheduler,
  });
}
