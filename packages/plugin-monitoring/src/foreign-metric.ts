import type { Combination, Family, FamilyType, Row, Sample } from "./families/family.ts";
import { writeBounds, writeLabels, writeNumber, writeSeries } from "./families/text.ts";
import type { Labels } from "./families/text.ts";

interface ForeignValue {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly sharedLabels?: Readonly<Record<string, string | number>>;
  readonly metricName?: string;
}

/** What such a metric gives. */
export interface ForeignReading {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly ForeignValue[];
}

/** What prom-client's metrics are, as far as they are used here. */
export interface ForeignMetric {
  readonly name: string;
  readonly help?: string;
  readonly type?: string;
  /** What becomes of it where several processes have it. */
  readonly aggregator?: string;
  get(): ForeignReading | Promise<ForeignReading>;
}

/** Reads a metric of prom-client, whose own text blocks for as long as it takes and changes the names of counters. */
export function toFamily(metric: ForeignMetric): Family {
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
      reading = await metric.get();
    },
    rows: () =>
      samples().map(({ name: full, labels, value }): Row => ({
        key: writeSeries(full.slice(name.length), writeLabels(labels)),
        numbers: Float64Array.of(value),
      })),
    write({ key, numbers }, format) {
      const needsTotal = format === "openmetrics" && metric.type === "counter" && !name.endsWith("_total");
      const series = metric.type === "histogram" || metric.type === "summary" ? writeBounds(key, format) : key;
      return `${name}${needsTotal ? "_total" : ""}${series} ${writeNumber(numbers[0] ?? 0)}\n`;
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
