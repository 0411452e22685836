import { BackworksError } from "../errors.ts";
import type { Mode } from "../mode.ts";
import { missingService } from "../service.ts";
import type { ServiceKey } from "../service.ts";

/** Services by name. */
export type Services = ReadonlyMap<string, unknown>;

/** Finds what is offered under a key. */
export interface ServiceLookup {
  /** @throws BW_SERVICE_MISSING */
  service<T>(key: ServiceKey<T>): T;
  optionalService<T>(key: ServiceKey<T>): T | undefined;
}

/**
 * The modes in an order in which each comes after those whose services it uses.
 *
 * @throws BW_MODE_ORDER when they go round in a circle, BW_SERVICE_CONFLICT when two offer the same
 */
export function providersFirst(modes: readonly Mode[]): readonly Mode[] {
  const providers = providersOf(modes);
  const ordered = new Set<Mode>();
  const visit = (mode: Mode, from: readonly Mode[]): void => {
    if (ordered.has(mode)) return;
    if (from.includes(mode)) throw circleOf([...from.slice(from.indexOf(mode)), mode]);
    for (const provider of usedBy(mode, providers)) visit(provider, [...from, mode]);
    ordered.add(mode);
  };
  for (const mode of modes) visit(mode, []);
  return [...ordered];
}

/** Who offers which service, by the name of the service. */
type Providers = ReadonlyMap<string, Mode>;

function providersOf(modes: readonly Mode[]): Providers {
  const providers = new Map<string, Mode>();
  for (const mode of modes) {
    for (const { key } of mode.services ?? []) {
      const first = providers.get(key.name);
      if (first !== undefined) throw conflict(`mode ${first.name}`, mode, key.name);
      providers.set(key.name, mode);
    }
  }
  return providers;
}

function usedBy({ uses = [] }: Mode, providers: Providers): readonly Mode[] {
  return uses.flatMap(({ name }) => providers.get(name) ?? []);
}

function circleOf(modes: readonly Mode[]): BackworksError {
  return new BackworksError("BW_MODE_ORDER", { circle: modes.map(({ name }) => name).join(" -> ") });
}

function conflict(first: string, { name }: Mode, service: string): BackworksError {
  return new BackworksError("BW_SERVICE_CONFLICT", { first, second: `mode ${name}`, service });
}

/**
 * What a mode may ask for: everything that plugins offer, and of what modes offer that which it uses.
 *
 * @throws BW_SERVICE_CONFLICT when a plugin offers what a mode does
 */
export function servicesFor(mode: Mode, ofPlugins: Services, ofModes: Services): Services {
  const own = (mode.services ?? []).find(({ key }) => ofPlugins.has(key.name));
  if (own !== undefined) throw conflict("a plugin", mode, own.key.name);
  const used = (mode.uses ?? []).flatMap(({ name }) => (ofModes.has(name) ? [[name, ofModes.get(name)] as const] : []));
  return used.length === 0 ? ofPlugins : new Map([...ofPlugins, ...used]);
}

/** What an open mode offers. */
export function offeredBy({ services = [] }: Mode, resources: unknown): Services {
  return new Map(services.map((service) => [service.key.name, service.of(resources)]));
}

export function lookIn(services: Services): ServiceLookup {
  // The key carries the type of what was bound to its name.
  const find = <T>(key: ServiceKey<T>): T | undefined => services.get(key.name) as T | undefined;
  return {
    optionalService: find,
    service(key) {
      const found = find(key);
      if (found !== undefined) return found;
      throw missingService(key, services.keys());
    },
  };
}
