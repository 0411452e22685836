import type { MaybePromise } from "@backworks/core";
import { writeHelp } from "./text.ts";
import type { Format, Labels } from "./text.ts";

export type FamilyType = "counter" | "gauge" | "histogram" | "summary";

/** How the numbers that several processes have of one series become one; `latest` goes by the time that is part of the row. */
export type Combination = "sum" | "min" | "max" | "average" | "first" | "latest" | "omit";

/** One metric with all its series. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly over: Combination;
  /** The same for families whose rows can be added: name, labels, buckets. */
  readonly shape: string;
  /** Runs before the series are written, where they are read from elsewhere. */
  collect?(): MaybePromise<void>;
  /** Each series, as data. */
  rows(): Iterable<Row>;
  /** The lines of one series: whoever writes may pause between two. */
  write(row: Row, format: Format): string;
  /** The samples, for those who do not want text. */
  samples(): readonly Sample[];
}

/** One series as data, from which its family writes the lines. */
export interface Row {
  /** Which series it is. */
  readonly key: string;
  readonly numbers: Float64Array;
  /** By bucket, of a histogram that has some. */
  readonly exemplars?: ReadonlyMap<number, Exemplar> | undefined;
}

/** An observation with the trace it belongs to. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** One number of a series. */
export interface Sample {
  /** The family's name with its suffix. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Series of labels that would be too many are this one. */
export const otherLabel = "__other__";

/** The lines above the series. In OpenMetrics a counter has its suffix in the samples only, and a unit is said once more. */
export function writeHead({ name, help, type }: Pick<Family, "name" | "help" | "type">, format: Format): string {
  const title = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  const head = `# HELP ${title} ${writeHelp(help, format)}\n# TYPE ${title} ${type}\n`;
  const unit = format === "openmetrics" ? /_(seconds|bytes|ratio)$/.exec(title)?.[1] : undefined;
  return unit === undefined ? head : `${head}# UNIT ${title} ${unit}\n`;
}
