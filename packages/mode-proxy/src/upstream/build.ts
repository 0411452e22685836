import { createHash } from "node:crypto";
import type { ModeContext, UpstreamObserver } from "@backworks/core";
import { BackworksError, suggest } from "@backworks/core";
import { createFailureTest } from "../options/failure-kinds.ts";
import type { Path } from "../options/mistakes.ts";
import { toMs, toRatio } from "@backworks/option-values";
import { toTarget } from "../options/target.ts";
import type { ConnectionOptions, TargetInit, TargetsOptions } from "../options/target.ts";
import type { ActiveOptions, BalancingOptions, HealthOptions } from "../options/upstream.ts";
import type { ActiveSettings } from "./active-health.ts";
import type { CreateBalancer } from "./balancer.ts";
import { balancers } from "./balancers/index.ts";
import { Connections } from "./connections.ts";
import type { ConnectionSettings } from "./connections.ts";
import type { FoundTarget, UpstreamExtension } from "./extension.ts";
import { withObserver } from "./observe.ts";
import { guardBalancer, guardExtension } from "./guard-extension.ts";
import { UpstreamGroup } from "./group.ts";
import type { PassiveSettings, WeightedMember } from "./group.ts";
import { Member } from "./member.ts";
import { isOwnAddress } from "./own-address.ts";
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
  /** Told of every attempt. */
  readonly observer?: UpstreamObserver | undefined;
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
  const { context, registry, extension, observer } = workshop;
  const { tls } = order;
  const { basePath } = context.app;
  const told = { extension: registry.numberOf(extension), observer: registry.numberOf(observer) };
  const key = keyOf("upstream", { ...init, tls, basePath, ...told });
  return registry.acquire(key, order.holder, () => {
    const builder = new GroupBuilder(init, { context, registry, tls });
    const own = extension && guardExtension(extension, context.logger);
    const guarded = withObserver(own, observer, context.logger);
    const group = builder.build(create, guarded);
    group.setMembers(builder.members(init.targets.map(toTarget)));
    const update = (found: readonly FoundTarget[]): void => {
      group.setMembers(builder.members(builder.sound(found)));
      builder.forgetOthers();
    };
    group.searchUntilClosed(guarded?.discover?.(init.name, update));
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
  readonly #settings: ConnectionSettings;
  /** Who holds a member and its connections. */
  readonly #holders = new Map<Member, object>();
  #present: ReadonlySet<Member> = new Set();

  constructor(init: UpstreamInit, building: Building) {
    this.#init = init;
    this.#building = building;
    this.#settings = {
      tls: building.tls,
      connections: init.connections === false ? undefined : init.connections,
      keepAliveMs: init.keep_alive === undefined ? undefined : toMs(init.keep_alive),
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
      connect: (member, connectMs) => this.#connections(member.origin, this.#holderOf(member)).within(connectMs),
      release: async () => {
        await Promise.all([...this.#holders.values()].map((holder) => registry.release(holder)));
      },
    });
  }

  members(targets: readonly TargetInit[]): readonly WeightedMember[] {
    const members = targets.map(({ name, url, weight = 1 }, index) => ({
      member: this.#member(name ?? url, url),
      weight,
      label: name ?? `target ${index + 1}`,
    }));
    this.#present = new Set(members.map(({ member }) => member));
    return members;
  }

  /** What was found without what is no server, which is told. */
  sound(targets: readonly FoundTarget[]): readonly FoundTarget[] {
    return targets.filter(({ url }) => {
      const problem = parseServerUrl(url);
      if (typeof problem !== "string") return true;
      this.#building.context.logger.warn(`a target that was found ${problem}`, { upstream: this.#init.name, url });
      return false;
    });
  }

  /** Lets go of members that are no longer there. */
  forgetOthers(): void {
    for (const [member, holder] of this.#holders) {
      if (this.#present.has(member)) continue;
      this.#holders.delete(member);
      this.#building.registry.release(holder).catch((error: unknown) => {
        this.#building.context.logger.warn("a target was not closed well", { upstream: this.#init.name, error });
      });
    }
  }

  #member(name: string, url: string): Member {
    const server = parseServerUrl(url);
    // Checked by the schema, or before it got here.
    if (typeof server === "string") throw new TypeError(`${url} ${server}`);
    const { context, registry, tls } = this.#building;
    const active = this.#init.health?.active;
    const upstream = this.#init.name;
    const key = keyOf("member", { upstream, name, server, active, tls });
    const holder = {};
    const member = registry.acquire(key, holder, () => {
      if (isOwnAddress(server.origin, context.app.listensAt))
        context.logger.warn(`target ${name} of the upstream ${upstream} is this server itself`, { upstream, url });
      const checks = active && {
        settings: toActive(active, server.path),
        // A check has a limit of its own for the whole, and does not wait for requests.
        dispatcher: this.#connections(server.origin, holder, "of checks").within(Infinity),
      };
      return new Member({ upstream, name, ...server }, context, checks);
    });
    if (this.#holders.has(member)) void registry.release(holder);
    else this.#holders.set(member, holder);
    return member;
  }

  #holderOf(member: Member): object {
    const known = this.#holders.get(member) ?? {};
    this.#holders.set(member, known);
    return known;
  }

  #connections(origin: string, holder: object, purpose = ""): Connections {
    const { registry, context } = this.#building;
    const key = keyOf("connections", { origin, purpose, ...this.#settings });
    return registry.acquire(key, holder, () => new Connections(origin, this.#settings, context.scheduler));
  }

  #sticky(): Sticky | undefined {
    const sticky = this.#init.load_balancing?.sticky;
    if (sticky === undefined) return undefined;
    const { cookie, max_age } = sticky;
    const maxAgeSeconds = max_age === undefined ? undefined : Math.floor(toMs(max_age) / 1000);
    return new Sticky(this.#init.name, { cookie, maxAgeSeconds, path: this.#building.context.app.basePath || "/" });
  }
}

function findBalancer(
  { name, load_balancing }: UpstreamInit,
  { context, extension }: Workshop,
  { place }: Order,
): CreateBalancer {
  const algorithm = load_balancing?.algorithm ?? "round_robin";
  const brought = extension?.balancers ?? {};
  const own = balancers.get(algorithm);
  if (own !== undefined) return own;
  const create = Object.hasOwn(brought, algorithm) ? brought[algorithm] : undefined;
  if (create !== undefined) return guardBalancer(create, context.logger);
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
