import type { Metric, Registry as PromRegistry } from "prom-client";
import { Registry } from "prom-client";
import type { Family } from "./families/family.ts";
import type { Format } from "./families/text.ts";
import { toFamily } from "./foreign-metric.ts";
import type { ForeignMetric } from "./foreign-metric.ts";

/** Content type of each format. */
export const contentTypes: Readonly<Record<Format, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/**
 * The registry of prom-client that other plugins add their metrics to. Ours are in it too, so that a name stands for one metric and whoever
 * reads the registry sees all.
 */
export class SharedRegistry {
  readonly registry: PromRegistry = new Registry();
  readonly #own = new Map<string, Family>();
  /** The same family for a metric over all scrapes: who still waits for it is known. */
  readonly #foreign = new WeakMap<ForeignMetric, Family>();
  #synced: readonly Family[] = [];

  /** Has these families of ours and no others. @throws when another plugin has one of the names; then nothing changed */
  sync(families: readonly Family[]): void {
    if (families === this.#synced) return;
    const taken = families.find(
      ({ name }) => !this.#own.has(name) && this.registry.getSingleMetric(name) !== undefined,
    );
    if (taken !== undefined) throw new Error(`another plugin has registered a metric ${taken.name} already`);
    for (const name of this.#own.keys()) this.registry.removeSingleMetric(name);
    this.#own.clear();
    for (const family of families) {
      // What the registry asks of a metric is `name` and `get`.
      this.registry.registerMetric(toMetric(family) as unknown as Metric);
      this.#own.set(family.name, family);
    }
    this.#synced = families;
  }

  /** Ours, then what others registered. */
  families(): readonly Family[] {
    // The types tell of what `get` gives, not of the metric.
    const all = this.registry.getMetricsAsArray() as unknown as readonly ForeignMetric[];
    const foreign = all.filter(({ name }) => !this.#own.has(name));
    return [...this.#own.values(), ...foreign.map((metric) => this.#familyOf(metric))];
  }

  #familyOf(metric: ForeignMetric): Family {
    const family = this.#foreign.get(metric) ?? toFamily(metric);
    this.#foreign.set(metric, family);
    return family;
  }
}

function toMetric(family: Family): ForeignMetric {
  const { name, help, type } = family;
  return {
    name,
    async get() {
      await family.collect?.();
      const values = family
        .samples()
        .map(({ name: metricName, labels, value }) => ({ value, labels, ...(metricName !== name && { metricName }) }));
      return { name, help, type, values };
    },
  };
}
