import type { MaybePromise } from "@backworks/core";
import type { Combination, Family, FamilyType, Sample } from "./family.ts";
import { writeLabels, writeNumber, writeSeries } from "./text.ts";
import type { Labels } from "./text.ts";

/** A number with the labels of its series; `suffix` for `_sum` and `_count` of a summary. */
export interface Reading {
  readonly labels?: Labels;
  readonly value: number;
  readonly suffix?: string;
}

/** What a computed family is. */
export interface ComputedOptions {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  /** @defaultValue sum */
  readonly over?: Combination;
}

/** A family whose numbers are kept elsewhere, and read when somebody asks. */
export function computed(about: ComputedOptions, read: () => MaybePromise<readonly Reading[]>): Family {
  let readings: readonly Reading[] = [];
  return {
    ...derived(about, () => readings),
    async collect() {
      readings = await read();
    },
  };
}

/** A family whose numbers are read while it is written: they tell of what was read of the others. */
export function derived(about: ComputedOptions, read: () => readonly Reading[]): Family {
  const { name } = about;
  return {
    over: "sum",
    ...about,
    shape: name,
    rows: () =>
      read().map(({ labels = {}, value, suffix = "" }) => ({
        key: writeSeries(suffix, writeLabels(labels)),
        numbers: Float64Array.of(value),
      })),
    write: ({ key, numbers }) => `${name}${key} ${writeNumber(numbers[0] ?? 0)}\n`,
    samples: (): readonly Sample[] =>
      read().map(({ labels = {}, value, suffix = "" }) => ({ name: name + suffix, labels, value })),
  };
}
