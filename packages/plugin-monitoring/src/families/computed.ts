import type { MaybePromise } from "@backworks/core";
import type { Family, FamilyType, Sample } from "./family.ts";
import { writeLabels, writeNumber, writeSeries } from "./text.ts";
import type { Labels } from "./text.ts";

/** A number with the labels of its series; `suffix` for `_sum` and `_count` of a summary. */
export interface Reading {
  readonly labels?: Labels;
  readonly value: number;
  readonly suffix?: string;
}

/** A family whose numbers are kept elsewhere, and read when somebody asks. */
export function computed(
  about: { readonly name: string; readonly help: string; readonly type: FamilyType },
  read: () => MaybePromise<readonly Reading[]>,
): Family {
  let readings: readonly Reading[] = [];
  return {
    ...about,
    async collect() {
      readings = await read();
    },
    lines: () =>
      readings.map(
        ({ labels = {}, value, suffix = "" }) =>
          `${writeSeries(about.name + suffix, writeLabels(labels))} ${writeNumber(value)}\n`,
      ),
    samples: (): readonly Sample[] =>
      readings.map(({ labels = {}, value, suffix = "" }) => ({ name: about.name + suffix, labels, value })),
  };
}
