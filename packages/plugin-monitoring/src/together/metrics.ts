import type { Processes, Shared, Totals, TotalsTable } from "@backworks/core";
import type { Collector } from "../collector.ts";
import { derived } from "../families/computed.ts";
import type { Exemplar, Family, Row } from "../families/family.ts";
import type { WrittenFamily } from "../exposition.ts";
import { combineTables } from "./combine.ts";
import { toRows, toTable } from "./tables.ts";

const topic = "monitoring.metrics";

/** By shape of the family, then by series, then by bucket. */
type Exemplars = Readonly<Record<string, ReadonlyMap<string, ReadonlyMap<number, Exemplar>>>>;

/** What one process has that is not added up over its life. */
interface Present {
  readonly tables: Readonly<Record<string, TotalsTable>>;
  readonly exemplars: Exemplars;
}

/** Has other processes ask for the metrics of this one. Returns what ends that. */
export function shareMetrics(
  processes: Processes,
  families: () => readonly Family[],
  collector: Collector,
): ReturnType<Processes["share"]> {
  const shared: Shared = {
    async totals() {
      const totals = families().filter(isTotal);
      await collector.collect(totals);
      // Also those that are missing, with what they said last: what is counted never goes back.
      return tablesOf(totals);
    },
    async present(): Promise<Present> {
      const all = families();
      const there = await collector.collect(all.filter((family) => !isTotal(family)));
      return { tables: tablesOf(there), exemplars: exemplarsOf(all) };
    },
  };
  return processes.share(topic, shared);
}

/** The metrics of all processes. */
export async function gatherMetrics(
  processes: Processes,
  families: readonly Family[],
): Promise<readonly WrittenFamily[]> {
  const { totals, present } = await processes.gather(topic);
  // Every process runs this code.
  const all = present as readonly Present[];
  const workers = derived(
    { name: "backworks_workers", help: "Processes whose numbers these are.", type: "gauge" },
    () => [{ value: all.length }],
  );
  return [...families.map((family) => together(family, totals, all)), workers];
}

/** Whether it goes on counting when a process ends. */
function isTotal({ type, over }: Family): boolean {
  return type !== "gauge" && over === "sum";
}

function tablesOf(families: readonly Family[]): Readonly<Record<string, TotalsTable>> {
  return Object.fromEntries(families.map((family) => [family.shape, toTable(rowsOf(family))]));
}

/** Quantiles of several processes cannot be added. */
function rowsOf(family: Family): Iterable<Row> {
  if (family.type !== "summary") return family.rows();
  return [...family.rows()].filter(({ key }) => !/[{,]quantile="/.test(key));
}

function exemplarsOf(families: readonly Family[]): Exemplars {
  const histograms = families.filter(({ type }) => type === "histogram");
  return Object.fromEntries(
    histograms.map((family) => [
      family.shape,
      new Map([...family.rows()].flatMap(({ key, exemplars }) => (exemplars === undefined ? [] : [[key, exemplars]]))),
    ]),
  );
}

function together(family: Family, totals: Totals, present: readonly Present[]): WrittenFamily {
  const { name, help, type, over, shape } = family;
  const rows = isTotal(family)
    ? withExemplars(
        toRows(totals[shape] ?? noRows),
        present.flatMap(({ exemplars }) => exemplars[shape] ?? []),
      )
    : combineTables(
        present.flatMap(({ tables }) => tables[shape] ?? []),
        over,
      );
  return { name, help, type, rows: () => rows, write: (row, format) => family.write(row, format) };
}

const noRows: TotalsTable = { keys: [], numbers: new Float64Array() };

/** Of each bucket the latest of all processes. */
function withExemplars(
  rows: readonly Row[],
  all: readonly ReadonlyMap<string, ReadonlyMap<number, Exemplar>>[],
): readonly Row[] {
  if (all.every(({ size }) => size === 0)) return rows;
  return rows.map((row) => ({ ...row, exemplars: latestOf(all.flatMap((exemplars) => exemplars.get(row.key) ?? [])) }));
}

function latestOf(all: readonly ReadonlyMap<number, Exemplar>[]): ReadonlyMap<number, Exemplar> {
  const latest = new Map<number, Exemplar>();
  for (const [bucket, exemplar] of all.flatMap((exemplars) => [...exemplars])) {
    if (exemplar.at > (latest.get(bucket)?.at ?? 0)) latest.set(bucket, exemplar);
  }
  return latest;
}
