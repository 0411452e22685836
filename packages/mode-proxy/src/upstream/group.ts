import type { Exchange, UpstreamTarget } from "@backworks/core";
import type { Dispatcher } from "undici";
import type { BalancedTarget, Balancer } from "./balancer.ts";
import type { UpstreamExtension } from "./extension.ts";
import type { Ejection, Member } from "./member.ts";
import type { Shared } from "./registry.ts";
import type { Sticky } from "./sticky.ts";
import type { AttemptOutcome, EndedAttempt, Target, TargetTls, Upstream } from "./target.ts";

/** What passive health goes by. */
export interface PassiveSettings extends Ejection {
  /** Failures in a row that take a target out. */
  readonly consecutive: number;
  /** Share of the targets that may be out at once, 0 to 1. */
  readonly mostRatio: number;
  isFailure(outcome: AttemptOutcome): boolean;
}

/** A target with its share. */
export interface WeightedMember {
  readonly member: Member;
  readonly weight: number;
  /** What everybody may know it by: addresses are nobody's business. */
  readonly label: string;
}

/** What a group is made of. */
export interface GroupParts {
  readonly name: string;
  readonly balancer: Balancer;
  readonly sticky: Sticky | undefined;
  readonly passive: PassiveSettings | undefined;
  /** Whether all are asked when none is healthy. */
  readonly useAllWhenDown: boolean;
  readonly tls: TargetTls | undefined;
  readonly extension: UpstreamExtension | undefined;
  /** Connections to a server, with so much time for a new one. */
  connect(member: Member, connectMs: number): Dispatcher;
  /** Lets go of members and connections. */
  release(): void | Promise<void>;
}

/** The servers of one upstream: chooses among those that are healthy and learns from what becomes of attempts. */
export class UpstreamGroup implements Shared {
  readonly name: string;
  readonly #parts: GroupParts;
  readonly #views = new Map<number, GroupView>();
  #entries: readonly Entry[] = [];
  #candidates: readonly Entry[] = [];
  #unwatch: readonly (() => void)[] = [];
  #endSearch: (() => void) | undefined;

  constructor(parts: GroupParts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  /** Whether clients are kept at their target. */
  get isSticky(): boolean {
    return this.#parts.sticky !== undefined;
  }

  /** Has these members from now on; what is known of those that stay is kept. */
  setMembers(members: readonly WeightedMember[]): void {
    for (const unwatch of this.#unwatch) unwatch();
    this.#entries = members.map((weighted) => {
      const { member, weight, label } = weighted;
      const known = this.#entries.find((entry) => entry.member === member);
      if (known?.weight === weight && known.label === label) return known;
      return new Entry(weighted, this.#parts.sticky?.tokenOf(member.name));
    });
    this.#unwatch = members.map(({ member }) => member.watch(() => this.#sortOut()));
    this.#sortOut();
  }

  /** Keeps a search for members that ends with the group. */
  searchUntilClosed(end: (() => void) | undefined): void {
    this.#endSearch = end;
  }

  /** The same servers, with so many milliseconds for a new connection. */
  withConnectTime(connectMs: number): GroupView {
    const known = this.#views.get(connectMs);
    if (known !== undefined) return known;
    const view = new GroupView(this, connectMs);
    this.#views.set(connectMs, view);
    return view;
  }

  /** Chooses for one attempt among those not tried, or among all when all were. */
  choose(exchange: Exchange, tried: readonly Target[]): Entry | undefined {
    const { sticky, balancer } = this.#parts;
    const candidates = this.#admitted(tried);
    if (candidates.length === 0) return undefined;
    const token = sticky?.valueOf(exchange);
    const own = token === undefined ? undefined : candidates.find((entry) => entry.token === token);
    // A balancer gives back one of those it got.
    return own ?? (balancer.pick(candidates, exchange) as Entry);
  }

  /** Told once how an attempt ended. */
  report(entry: Entry, attempt: EndedAttempt): void {
    const { balancer, extension, passive } = this.#parts;
    balancer.report?.(entry, attempt);
    extension?.report?.(this.name, entry.name, attempt);
    if (passive === undefined || attempt.kind === "cancelled") return;
    const { member } = entry;
    if (!passive.isFailure(attempt)) {
      member.failures = 0;
      return;
    }
    member.failures += 1;
    if (member.failures >= passive.consecutive && this.#mayEject(passive)) member.eject(passive);
  }

  /** `Set-Cookie` that keeps the client at this target; `undefined` when nothing has to be said. */
  cookieFor(exchange: Exchange, target: Target): string | undefined {
    const entry = target instanceof ViewTarget ? target.entry : undefined;
    return entry?.token === undefined ? undefined : this.#parts.sticky?.cookieFor(exchange, entry.token);
  }

  /** State by label of the target. */
  get states(): Readonly<Record<string, UpstreamTarget["state"]>> {
    return Object.fromEntries(this.#entries.map(({ member, label }) => [label, member.state]));
  }

  /** Its targets, under their own names. */
  get targets(): readonly UpstreamTarget[] {
    return this.#entries.map(({ member, name }) => ({ upstream: this.name, target: name, state: member.state }));
  }

  /** Connections to a member. */
  connect(entry: Entry, connectMs: number): Pick<Target, "dispatcher" | "tls"> {
    const { tls, connect } = this.#parts;
    return { dispatcher: connect(entry.member, connectMs), tls };
  }

  async close(): Promise<void> {
    this.#endSearch?.();
    for (const unwatch of this.#unwatch) unwatch();
    await this.#parts.release();
  }

  #mayEject({ mostRatio }: PassiveSettings): boolean {
    const out = this.#entries.filter(({ member }) => member.isEjected).length;
    return out + 1 <= Math.floor(mostRatio * this.#entries.length);
  }

  #sortOut(): void {
    const healthy = this.#entries.filter(({ member }) => member.isAvailable);
    const usable = healthy.length === 0 && this.#parts.useAllWhenDown ? this.#entries : healthy;
    const weighty = usable.filter(({ weight }) => weight > 0);
    this.#candidates = weighty.length > 0 ? weighty : usable;
  }

  #admitted(tried: readonly Target[]): readonly Entry[] {
    const { extension } = this.#parts;
    const admitted =
      extension?.admit === undefined
        ? this.#candidates
        : this.#candidates.filter(({ name }) => extension.admit?.(this.name, name) !== false);
    if (tried.length === 0) return admitted;
    const had = new Set(tried.map((target) => (target instanceof ViewTarget ? target.entry : undefined)));
    const fresh = admitted.filter((entry) => !had.has(entry));
    return fresh.length > 0 ? fresh : admitted;
  }
}

/** A member as its group sees it. */
class Entry implements BalancedTarget {
  readonly member: Member;
  readonly weight: number;
  readonly label: string;
  readonly token: string | undefined;

  constructor({ member, weight, label }: WeightedMember, token: string | undefined) {
    this.member = member;
    this.weight = weight;
    this.label = label;
    this.token = token;
  }

  get name(): string {
    return this.member.name;
  }

  get inFlight(): number {
    return this.member.inFlight;
  }
}

/** A group with a time for new connections. */
export class GroupView implements Upstream {
  readonly group: UpstreamGroup;
  readonly cookieFor: Upstream["cookieFor"];
  readonly #connectMs: number;
  readonly #targets = new WeakMap<Entry, ViewTarget>();

  constructor(group: UpstreamGroup, connectMs: number) {
    this.group = group;
    this.cookieFor = group.isSticky ? (exchange, target) => group.cookieFor(exchange, target) : undefined;
    this.#connectMs = connectMs;
  }

  get name(): string {
    return this.group.name;
  }

  pick(exchange: Exchange, tried: readonly Target[]): Target | undefined {
    const entry = this.group.choose(exchange, tried);
    return entry === undefined ? undefined : (this.#targets.get(entry) ?? this.#open(entry));
  }

  report(target: Target, attempt: EndedAttempt): void {
    if (target instanceof ViewTarget) this.group.report(target.entry, attempt);
  }

  #open(entry: Entry): ViewTarget {
    const target = new ViewTarget(entry, this.#connectMs, this.group.connect(entry, this.#connectMs));
    this.#targets.set(entry, target);
    return target;
  }
}

class ViewTarget implements Target {
  readonly name: string;
  readonly origin: string;
  readonly path: string;
  readonly dispatcher: Dispatcher;
  readonly tls: TargetTls | undefined;
  readonly connectMs: number;
  readonly entry: Entry;

  constructor(entry: Entry, connectMs: number, { dispatcher, tls }: Pick<Target, "dispatcher" | "tls">) {
    const { name, origin, path } = entry.member;
    this.name = name;
    this.origin = origin;
    this.path = path;
    this.dispatcher = dispatcher;
    this.tls = tls;
    this.connectMs = connectMs;
    this.entry = entry;
  }

  get inFlight(): number {
    return this.entry.member.inFlight;
  }

  set inFlight(value: number) {
    this.entry.member.inFlight = value;
  }
}
