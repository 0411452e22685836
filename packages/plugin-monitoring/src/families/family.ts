import type { MaybePromise } from "@backworks/core";
import { writeHelp } from "./text.ts";
import type { Format, Labels } from "./text.ts";

export type FamilyType = "counter" | "gauge" | "histogram" | "summary";

/** One metric with all its series. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  /** Runs before the series are written, where they are read from elsewhere. */
  collect?(): MaybePromise<void>;
  /** The lines of each series, one series at a time: whoever writes may pause in between. */
  lines(format: Format): Iterable<string>;
  /** The samples, for those who do not want text. */
  samples(): readonly Sample[];
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

/** The lines above the series. In OpenMetrics a counter has its suffix in the samples only. */
export function writeHead({ name, help, type }: Pick<Family, "name" | "help" | "type">, format: Format): string {
  const title = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  return `# HELP ${title} ${writeHelp(help, format)}\n# TYPE ${title} ${type}\n`;
}
