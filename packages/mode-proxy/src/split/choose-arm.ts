import { createHash } from "node:crypto";
import type { Exchange, Random } from "@backworks/core";
import type { SplitOptions } from "../options/parts.ts";
import { weightOf } from "../options/parts.ts";
import { fieldsOf, fitsField } from "./match-fields.ts";

/** What ways are chosen by. */
export interface ArmTools {
  readonly random: Random;
  /** Requests with the same value go the same way; an empty one is drawn. */
  readonly keyOf: ((exchange: Exchange) => string) | undefined;
}

/** Chooses the way of a request, as its index: the first that it fits, otherwise by weight. */
export function createArmChoice(arms: SplitOptions, { random, keyOf }: ArmTools): (exchange: Exchange) => number {
  const matches = arms.flatMap(({ match }, index) => (match === undefined ? [] : [{ fields: fieldsOf(match), index }]));
  const weights = arms.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (exchange) => {
    const match = matches.find(({ fields }) => fields.every((field) => fitsField(field, exchange.request)));
    if (match !== undefined) return match.index;
    const key = keyOf?.(exchange) ?? "";
    let at = (key === "" ? random() : shareOf(key)) * total;
    return weights.findIndex((weight) => (at -= weight) < 0);
  };
}

/** A place between 0 and 1 for a text, the same in every process. */
function shareOf(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0) / 2 ** 32;
}
