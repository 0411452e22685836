import { toBytes, toMs } from "@backworks/option-values";
import { createPlaces } from "../request/fields.ts";
import type { Trust } from "../request/fields.ts";
import { Luck } from "../flow/policy.ts";
import type { Policy } from "../flow/policy.ts";
import type { QueryRules } from "../rules/normal-url.ts";
import type { StorableDefaults } from "../rules/storable.ts";
import type { EndpointBlock, EndpointOptions } from "./endpoint-options.ts";
import type { PluginOptions } from "./plugin-options.ts";

/** An endpoint with what the configuration says of its cache. */
export interface PolicySource {
  readonly name: string;
  readonly mode: string;
  readonly options: EndpointOptions | undefined;
}

/** How answers of an endpoint are kept; `undefined` when they are not. */
export function toPolicy({ name, mode, options }: PolicySource, all: PluginOptions): Policy | undefined {
  if (options === false) return undefined;
  const block = toBlock(options);
  const { default_ttl: ttl, ...others } = all;
  const said = { ttl, ...others, ...block };
  const { obey_requests: heedsRequests = true } = said;
  const trust = trustOf(said, mode);
  const vary = lower(block.vary);
  return {
    endpoint: name,
    defaults: toDefaults(said),
    vary,
    place: createPlaces({
      vary: new Set(vary),
      forward: new Set(lower(block.forward)),
      ignore: new Set(lower(block.ignore)),
      trust,
    }),
    trust,
    query: toQueryRules(said.query),
    tags: block.tags ?? [],
    purges: block.purges ?? [],
    heedsRequests,
    etag: all.etag && mode !== "proxy",
    headTells: mode === "proxy",
    maxBytes: toBytes(all.max_entry),
    luck: new Luck(),
  };
}

/** A source behind a proxy that says itself how long its answers hold says in `Vary` what they depend on. */
function trustOf({ trust_vary: trusts, ttl }: EndpointBlock, mode: string): Trust {
  if (trusts !== undefined) return trusts ? "all" : "key";
  return mode === "proxy" && ttl === undefined ? "source" : "key";
}

function toDefaults(said: Pick<PluginOptions, "heuristics" | "control_headers"> & EndpointBlock): StorableDefaults {
  return {
    ttlMs: toMs(said.ttl ?? 0),
    negativeTtlMs: said.negative_ttl === undefined ? undefined : toMs(said.negative_ttl),
    heuristic: said.heuristics,
    staleWhileRevalidateMs: toMs(said.stale_while_revalidate ?? 0),
    staleIfErrorMs: toMs(said.stale_if_error ?? 0),
    targeted: said.control_headers.map((name) => name.toLowerCase()),
  };
}

function toQueryRules(query: EndpointBlock["query"]): QueryRules {
  return { ignore: query?.ignore ?? [], sort: query?.sort ?? false };
}

function toBlock(options: EndpointOptions | undefined): EndpointBlock {
  if (options === undefined || typeof options === "boolean") return {};
  return typeof options === "object" ? options : { ttl: options };
}

/** Names in lower case, each once and in order. */
function lower(names: readonly string[] | undefined): string[] {
  return [...new Set((names ?? []).map((name) => name.toLowerCase()))].sort();
}
