import { BackworksError } from "../errors.ts";
import { missingService } from "../service.ts";
import type { ServiceBinding, ServiceKey } from "../service.ts";

/** The services of one generation, by name. */
export interface Services {
  /** What is offered, by name. */
  readonly offered: ReadonlyMap<string, unknown>;
  /** @throws BW_SERVICE_MISSING */
  get<T>(key: ServiceKey<T>): T;
  find<T>(key: ServiceKey<T>): T | undefined;
  /** @throws BW_PLUGIN_CONFLICT */
  add(plugin: string, bindings: readonly ServiceBinding[]): void;
}

const whoOffers = "who offers it has to be enabled, and named in requires or optional: then it is initialized before";

/** `own` is what core offers: plugins may ask for it as for any other, modes and other Apps do not see it. */
export function createServices(own: readonly ServiceBinding[] = []): Services {
  const offers = new Map<string, { readonly plugin: string; readonly implementation: unknown }>();
  const ofCore = new Map(own.map(({ key, implementation }) => [key.name, implementation]));
  // The key carries the type of what was bound to its name.
  const find = <T>(key: ServiceKey<T>): T | undefined =>
    (offers.get(key.name)?.implementation ?? ofCore.get(key.name)) as T | undefined;
  return {
    get offered() {
      return new Map([...offers].map(([name, { implementation }]) => [name, implementation]));
    },
    find,
    get(key) {
      const found = find(key);
      if (found !== undefined) return found;
      throw missingService(key, offers.keys(), whoOffers);
    },
    add(plugin, bindings) {
      for (const { key, implementation } of bindings) {
        const first = ofCore.has(key.name) ? "backworks" : offers.get(key.name)?.plugin;
        if (first !== undefined) {
          throw new BackworksError("BW_PLUGIN_CONFLICT", { first, second: plugin, what: `the service ${key.name}` });
        }
        offers.set(key.name, { plugin, implementation });
      }
    },
  };
}
