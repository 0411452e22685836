import type { EndpointSource, ModeContext, ModeHealth, Upstreams } from "@backworks/core";
import { upstreamObserverService } from "@backworks/core";
import { createApis } from "../apis/apis.ts";
import type { ApiSet } from "../apis/apis.ts";
import type { ApisOptions } from "../options/apis.ts";
import { Mistakes } from "../options/mistakes.ts";
import type { UpstreamOptions, UpstreamsOptions } from "../options/upstream.ts";
import { buildUpstream } from "./build.ts";
import type { Opening, UpstreamInit, Workshop } from "./build.ts";
import { upstreamExtension } from "./extension.ts";
import type { UpstreamGroup } from "./group.ts";
import { Registry } from "./registry.ts";
import { readTls } from "./tls.ts";

/** What the endpoints of one App share. */
export interface OpenProxy extends Workshop {
  /** `upstreams:` by name. */
  readonly upstreams: ReadonlyMap<string, UpstreamGroup>;
  /** `apis:` by name. */
  readonly apis: ApiSet;
  /** Who holds what all endpoints share. */
  readonly holder: object;
  /** Who holds what one endpoint has for itself, by its name and identity. */
  readonly holders: Map<string, readonly EndpointHolder[]>;
}

/** What one endpoint has for itself. */
export interface EndpointHolder {
  readonly groups: UpstreamGroup[];
}

/** Opens upstreams and APIs; those that did not change go on over a reload. @throws BW_CONFIG_INVALID */
export async function openProxy(context: ModeContext): Promise<OpenProxy> {
  const registry = await context.resources.acquire("registry", {
    open: () => new Registry(),
    close: (shared: Registry) => shared.close(),
  });
  const workshop: Workshop = {
    context,
    registry,
    extension: context.optionalService(upstreamExtension),
    observer: context.optionalService(upstreamObserverService),
  };
  const holder = {};
  const mistakes = new Mistakes(context.place);
  // Checked by the schemas of the root keys.
  const { upstreams = {}, apis = {} } = context.values as { upstreams?: UpstreamsOptions; apis?: ApisOptions };
  const groups = new Map<string, UpstreamGroup>();
  for (const [name, options] of Object.entries(upstreams)) {
    const group = mistakes.attempt(() => openUpstream(name, options, { workshop, holder }));
    if (group !== undefined) groups.set(name, group);
  }
  const opened = mistakes.attempt(() => createApis(apis, { workshop, holder }));
  if (mistakes.areThere) await registry.release(holder);
  mistakes.throwIfAny();
  // Without mistakes there are APIs.
  return { ...workshop, upstreams: groups, apis: opened as ApiSet, holder, holders: new Map() };
}

function openUpstream(name: string, options: string | UpstreamOptions, { workshop, holder }: Opening): UpstreamGroup {
  const { files, place: placeOf } = workshop.context;
  const init: UpstreamInit = typeof options === "string" ? { name, targets: [options] } : { name, ...options };
  const place: typeof placeOf = (path) => placeOf(["upstreams", name, ...path]);
  const tls = readTls(init.tls, name, { files, path: ["tls"], place });
  return buildUpstream(init, workshop, { holder, tls, place });
}

/** Begins to hold what an endpoint has for itself. */
export function holdEndpoint(endpoint: EndpointSource, { holders }: OpenProxy): EndpointHolder {
  const key = keyOf(endpoint);
  const holder: EndpointHolder = { groups: [] };
  holders.set(key, [...(holders.get(key) ?? []), holder]);
  return holder;
}

/** Lets go of what an endpoint has for itself: the oldest first, if it was compiled more than once. */
export async function releaseEndpoint(
  endpoint: EndpointSource,
  { holders, registry }: OpenProxy,
  which?: EndpointHolder,
): Promise<void> {
  const key = keyOf(endpoint);
  const held = holders.get(key) ?? [];
  const ended = which ?? held[0];
  const left = held.filter((holder) => holder !== ended);
  if (left.length === 0) holders.delete(key);
  else holders.set(key, left);
  if (ended !== undefined) await registry.release(ended);
}

/** Names an endpoint as it is; one that changed is another. */
function keyOf({ name, identity }: EndpointSource): string {
  return `${name} ${identity}`;
}

/** Lets go of everything. */
export async function closeProxy({ registry, holder, holders }: OpenProxy): Promise<void> {
  await Promise.all([holder, ...[...holders.values()].flat()].map((one) => registry.release(one)));
}

/** Unhealthy when no target of any upstream can be reached, degraded when one cannot. */
export function healthOfProxy(open: OpenProxy): ModeHealth {
  const groups = groupsOf(open);
  const states = groups.flatMap((group) => Object.values(group.states));
  const out = states.filter((state) => state !== "up").length;
  if (out === 0) return { status: "healthy", details: detailsOf(groups) };
  const message = `${out} of ${states.length} targets cannot be reached`;
  return { status: out === states.length ? "unhealthy" : "degraded", message, details: detailsOf(groups) };
}

/** What plugins may see of upstreams. */
export function toUpstreams(open: OpenProxy): Upstreams {
  return { targets: () => groupsOf(open).flatMap(({ targets }) => targets) };
}

/** Every upstream once: an endpoint that is compiled anew holds the one it had. */
function groupsOf({ upstreams, holders }: OpenProxy): readonly UpstreamGroup[] {
  const own = [...holders.values()].flat().flatMap(({ groups }) => groups);
  return [...new Set([...upstreams.values(), ...own])];
}

function detailsOf(groups: readonly UpstreamGroup[]): NonNullable<ModeHealth["details"]> {
  return { upstreams: Object.fromEntries(groups.map((group) => [group.name, group.states])) };
}
