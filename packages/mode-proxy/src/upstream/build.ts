import { createHash } from "node:crypto";
import type { ModeContext } from "@backworks/core";
import { BackworksError, suggest } from "@backworks/core";
import { createFailureTest } from "../options/failure-kinds.ts";
import type { Path } from "../options/mistakes.ts";
import { toMs, toRatio } from "../options/quantity.ts";
import { toTarget } from "../options/target.ts";
import type { ConnectionOptions, TargetsOptions } from "../options/target.ts";
import type { ActiveOptions, BalancingOptions, HealthOptions } from "../options/upstream.ts";
import type { ActiveSettings } from "./active-health.ts";
import type { CreateBalancer } from "./balancer.ts";
import { balancers } from "./balancers/index.ts";
import { Connections } from "./connections.ts";
import type { ConnectionSettings } from "./connections.ts";
import type { FoundTarget, UpstreamExtension } from "./extension.ts";
import { UpstreamGroup } from "./group.ts";
import type { PassiveSettings, WeightedMember } from "./group.ts";
import { Member } from "./member.ts";
import type { Registry } from "./registry.ts";
import { Sticky } from "./sticky.ts";
import type { TargetTls } from "./target.ts";
import { parseServerUrl } from "./url.ts";

/** What an upstream is built from, as the configuration has it. */
export interface UpstreamInit extends ConnectionOptions {
  readonly name: string;
  readonly targets: TargetsOptions;
  readonly load_balancing?: BalancingOptions | undefined;
  readonly health?: HealthOptions | undefined;
}

/** What upstreams are built with. */
export interface Workshop {
  readonly context: ModeContext;
  readonly registry: Registry;
  /** What a plugin adds. */
  readonly extension: UpstreamExtension | undefined;
}

/** With what something is opened, and for whom. */
export interface Opening {
  readonly workshop: Workshop;
  readonly holder: object;
}

/** For whom an upstream is built, and where its mistakes stand. */
export interface Order {
  readonly holder: object;
  readonly tls: TargetTls | undefined;
  place(path: Path): ReturnType<ModeContext["place"]>;
}

/**
 * The group of an upstream: the one there is when nothing about it changed.
 *
 * @throws BW_PROXY_ALGORITHM_UNKNOWN
 */
export function buildUpstream(init: UpstreamInit, workshop: Workshop, order: Order): UpstreamGroup {
  const create = findBalancer(init, workshop, order);
  const { context, registry, extension } = workshop;
  const { tls } = order;
  const { basePath } = context.app;
  const key = keyOf("upstream", { ...init, tls, basePath, extension: registry.numberOf(extension) });
  return registry.acquire(key, order.holder, () => {
    const builder = new GroupBuilder(init, { context, registry, tls });
    const group = builder.build(create, extension);
    group.setMembers(init.targets.map((target) => builder.member(toTarget(target))));
    const update = (found: readonly FoundTarget[]): void => group.setMembers(builder.found(found));
    group.searchUntilClosed(extension?.discover?.(init.name, update));
    return group;
  });
}

interface Building {
  readonly context: ModeContext;
  readonly registry: Registry;
  readonly tls: TargetTls | undefined;
}

class GroupBuilder {
  readonly #init: UpstreamInit;
  readonly #building: Building;
  /** What the group has, it has under this name. */
  readonly #holder = {};
  readonly #settings: ConnectionSettings;

  constructor(init: UpstreamInit, building: Building) {
    this.#init = init;
    this.#building = building;
    this.#settings = {
      tls: building.tls,
      connections: init.connections === false ? undefined : init.connections,
      keepAliveMs: toMs(init.keep_alive ?? usualKeepAlive),
    };
  }

  build(create: CreateBalancer, extension: UpstreamExtension | undefined): UpstreamGroup {
    const { name, health } = this.#init;
    const { context, registry, tls } = this.#building;
    return new UpstreamGroup({
      name,
      balancer: create({ random: context.random }),
      sticky: this.#sticky(),
      passive: toPassive(health),
      useAllWhenDown: health?.all_down === "use_all",
      tls,
      extension,
      connect: ({ origin }, connectMs) => this.#connect(origin, connectMs).dispatcher,
      release: () => registry.release(this.#holder),
    });
  }

  member({ name, url, weight }: { name: string; url: string; weight: number }): WeightedMember {
    const server = parseServerUrl(url);
    // Checked by the schema, or before it got here.
    if (typeof server === "string") throw new TypeError(`${url} ${server}`);
    const { context, registry, tls } = this.#building;
    const active = this.#init.health?.active;
    const upstream = this.#init.name;
    const key = keyOf("member", { upstream, name, server, active, tls });
    const member = registry.acquire(key, this.#holder, () => {
      const { dispatcher } = this.#connect(server.origin, checkConnectMs);
      const checks = active && { settings: toActive(active, server.path), dispatcher };
      return new Member({ upstream, name, ...server }, context, checks);
    });
    return { member, weight };
  }

  /** Members of what was found; what is no server is told and left out. */
  found(targets: readonly FoundTarget[]): readonly WeightedMember[] {
    return targets.flatMap(({ url, name = url, weight = 1 }) => {
      const problem = parseServerUrl(url);
      if (typeof problem !== "string") return [this.member({ name, url, weight })];
      this.#building.context.logger.warn(`a target that was found ${problem}`, { upstream: this.#init.name, url });
      return [];
    });
  }

  #connect(origin: string, connectMs: number): Connections {
    const key = keyOf("connections", { origin, connectMs, ...this.#settings });
    return this.#building.registry.acquire(key, this.#holder, () => new Connections(origin, this.#settings, connectMs));
  }

  #sticky(): Sticky | undefined {
    const sticky = this.#init.load_balancing?.sticky;
    if (sticky === undefined) return undefined;
    const { cookie, max_age } = sticky;
    const maxAgeSeconds = max_age === undefined ? undefined : Math.floor(toMs(max_age) / 1000);
    return new Sticky(this.#init.name, { cookie, maxAgeSeconds, path: this.#building.context.app.basePath || "/" });
  }
}

const usualKeepAlive = "4s";
/** A check has a limit of its own for the whole. */
const checkConnectMs = Infinity;

function findBalancer(
  { name, load_balancing }: UpstreamInit,
  { extension }: Workshop,
  { place }: Order,
): CreateBalancer {
  const algorithm = load_balancing?.algorithm ?? "round_robin";
  const brought = extension?.balancers ?? {};
  const create = balancers.get(algorithm) ?? (Object.hasOwn(brought, algorithm) ? brought[algorithm] : undefined);
  if (create !== undefined) return create;
  const known = [...balancers.keys(), ...Object.keys(brought)];
  const near = suggest(algorithm, known);
  const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
  const where = place(["load_balancing", "algorithm"]);
  throw new BackworksError("BW_PROXY_ALGORITHM_UNKNOWN", { algorithm, upstream: name }, { where, hint });
}

function toActive(active: ActiveOptions, prefix: string): ActiveSettings {
  const { path, interval, timeout, healthy, unhealthy, status } = active;
  const good = status === undefined ? undefined : new Set([status].flat());
  return {
    path: prefix + path,
    intervalMs: toMs(interval),
    timeoutMs: toMs(timeout),
    healthy,
    unhealthy,
    isGood: (found) => good?.has(found) ?? (found >= 200 && found < 400),
  };
}

function toPassive(health: HealthOptions | undefined): PassiveSettings | undefined {
  const passive = health?.passive;
  if (passive === undefined) return undefined;
  return {
    consecutive: passive.consecutive,
    firstMs: toMs(passive.eject),
    longestMs: toMs(passive.max_eject),
    mostRatio: toRatio(passive.max_ejected),
    isFailure: createFailureTest(passive.on),
  };
}

/** Secrets, such as keys, do not stand in keys of things. */
function keyOf(kind: string, parts: object): string {
  return `${kind} ${createHash("sha256").update(JSON.stringify(parts)).digest("base64url")}`;
}
