import type { Metric, Registry as PromRegistry } from "prom-client";
import { Registry } from "prom-client";
import type { Combination, Family, FamilyType, Row, Sample } from "./families/family.ts";
import { writeLabels, writeNumber, writeSeries } from "./families/text.ts";
import type { Format, Labels } from "./families/text.ts";

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

  /** Ours, then what others registered; `failed` is told of one of those that cannot be read, and has no series then. */
  families(failed: MetricFailed): readonly Family[] {
    // The types tell of what `get` gives, not of the metric.
    const foreign = this.registry.getMetricsAsArray() as unknown as readonly ForeignMetric[];
    const others = foreign.filter(({ name }) => !this.#own.has(name));
    return [...this.#own.values(), ...others.map((metric) => toFamily(metric, failed))];
  }
}

/** Told which metric cannot be read, and why. */
export type MetricFailed = (name: string, error: unknown) => void;

interface ForeignValue {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly sharedLabels?: Readonly<Record<string, string | number>>;
  readonly metricName?: string;
}

interface ForeignReading {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly ForeignValue[];
}

/** What prom-client's metrics are, as far as they are used here. */
interface ForeignMetric {
  readonly name: string;
  readonly help?: string;
  readonly type?: string;
  /** What becomes of it where several processes have it. */
  readonly aggregator?: string;
  get(): ForeignReading | Promise<ForeignReading>;
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

/** Reads a metric of prom-client, whose own text blocks for as long as it takes and changes the names of counters. */
function toFamily(metric: ForeignMetric, failed: MetricFailed): Family {
  let reading: ForeignReading | undefined;
  const types: readonly string[] = ["counter", "gauge", "histogram", "summary"];
  const { name } = metric;
  const samples = (): readonly Sample[] =>
    (reading?.values ?? []).map(({ value, labels, sharedLabels, metricName = name }) => ({
      name: metricName,
      labels: toTexts({ ...sharedLabels, ...labels }),
      value,
    }));
  return {
    name,
    help: metric.help ?? "",
    type: types.includes(metric.type ?? "") ? (metric.type as FamilyType) : "gauge",
    over: combinationOf(metric),
    shape: name,
    async collect() {
      try {
        reading = await metric.get();
      } catch (error) {
        reading = undefined;
        failed(name, error);
      }
    },
    rows: () =>
      samples().map(({ name: full, labels, value }): Row => ({
        key: writeSeries(full.slice(name.length), writeLabels(labels)),
        numbers: Float64Array.of(value),
      })),
    write({ key, numbers }, format) {
      const needsTotal = format === "openmetrics" && metric.type === "counter" && !name.endsWith("_total");
      return `${name}${needsTotal ? "_total" : ""}${key} ${writeNumber(numbers[0] ?? 0)}\n`;
    },
    samples,
  };
}

/** Source: prom-client, `aggregator` of a metric. */
const combinations: readonly string[] = ["sum", "min", "max", "average", "first", "omit"] satisfies Combination[];

function combinationOf({ aggregator = "sum" }: ForeignMetric): Combination {
  return combinations.includes(aggregator) ? (aggregator as Combination) : "sum";
}

function toTexts(labels: Readonly<Record<string, string | number>>): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}
