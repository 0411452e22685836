import type { Random } from "../../../clock.ts";
import type { JsonValue } from "../../../exchange.ts";
import type { Row } from "../../../query/tree.ts";
import { freezeDeep } from "../../../query/freeze.ts";
import type { Identity } from "./identity.ts";
import { generateId, keyOf } from "./identity.ts";
import { isObject } from "../../../json/value.ts";
import type { Violation } from "../../../json/violation.ts";
import { pointerTo } from "../../../json/violation.ts";

/** What a row must be to belong to a collection. */
export interface RowRules {
  readonly identity: Identity;
  /** Everything that is wrong with a row. */
  readonly check: (row: Row) => readonly Violation[];
}

/** A value on its way to be a row. */
export interface Candidate {
  readonly value: JsonValue | undefined;
  /** Fields that the path says: the foreign key of a relation. */
  readonly fixed: Row;
  readonly random: Random;
  /** Highest whole-number id so far. */
  readonly highest: number;
}

/** A row with its key, or what is wrong with it. */
export type Fitted =
  | { readonly row: Row; readonly key: string; readonly violations?: undefined }
  | { readonly violations: readonly Violation[] };

/** Makes a row of a value: with an id, with what the path says, checked, never to be changed. */
export function fitRow({ identity, check }: RowRules, candidate: Candidate): Fitted {
  const { value, fixed } = candidate;
  if (!isObject(value)) return { violations: [{ pointer: "", detail: "must be an object" }] };
  const { field } = identity;
  const id = value[field] ?? fixed[field] ?? generateId(identity, candidate.random, candidate.highest);
  const identified = id === undefined ? value : { [field]: id, ...without(value, field) };
  const row: Row = freezeDeep({ ...identified, ...fixed });
  const key = keyOf(identity, row[field]);
  const own = [...differences(value, fixed), ...(key === undefined ? [idViolation(identity, row[field])] : [])];
  // Our own word on a field comes before the schema's.
  const others = check(row).filter(({ pointer }) => own.every((violation) => violation.pointer !== pointer));
  return key === undefined || own.length + others.length > 0 ? { violations: [...own, ...others] } : { row, key };
}

function differences(value: Row, fixed: Row): Violation[] {
  return Object.entries(fixed)
    .filter(([field, wanted]) => (value[field] ?? wanted) !== wanted)
    .map(([field, wanted]) => ({
      pointer: pointerTo(field),
      detail: `must be ${JSON.stringify(wanted)}, as the path says`,
    }));
}

function idViolation({ field, type }: Identity, id: JsonValue | undefined): Violation {
  const expected = type === "integer" ? "must be a whole number" : "must be a text that is not empty";
  return { pointer: pointerTo(field), detail: id === undefined || id === null ? "is required" : expected };
}

/** A copy of a row without a field. */
export function without(row: Row, field: string): Row {
  const { [field]: _left, ...rest } = row;
  return rest;
}
