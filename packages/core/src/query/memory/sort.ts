import type { JsonValue } from "../../exchange.ts";
import type { Order, ParameterValue, Row, Selection } from "../tree.ts";
import { comparatorOf } from "./compare.ts";
import type { Binding } from "./condition.ts";
import { readerOf } from "./field.ts";

type CompareRows = (left: Row, right: Row) => number;

/** How two rows stand in an order; `undefined` when there is none. */
export function compileOrder(order: readonly Order[]): ((binding: Binding) => CompareRows) | undefined {
  if (order.length === 0) return undefined;
  const terms = order.map(compileTerm);
  return (binding) => {
    const compares = terms.map(({ read, compare }) => ({ read: read(binding), compare }));
    return (left, right) => {
      for (const { read, compare } of compares) {
        const difference = compare(read(left), read(right));
        if (difference !== 0) return difference;
      }
      return 0;
    };
  };
}

interface Term {
  readonly read: (binding: Binding) => (row: Row) => JsonValue;
  readonly compare: (left: JsonValue, right: JsonValue) => number;
}

function compileTerm({ embed, field, descending, nulls }: Order): Term {
  const read = readerOf(field);
  const values = comparatorOf(field.type);
  return {
    read: ({ related }) => {
      if (embed === undefined) return read;
      return (row) => {
        const [other] = related[embed]?.(row) ?? [];
        return other === undefined ? null : read(other);
      };
    },
    compare(left, right) {
      if (left === null || right === null) {
        const difference = Number(left === null) - Number(right === null);
        return nulls === "last" ? difference : -difference;
      }
      const difference = values(left, right);
      // What no order joins keeps its place.
      if (Number.isNaN(difference)) return 0;
      return descending ? -difference : difference;
    },
  };
}

/** Whether a row comes after the one a keyset page ended with. */
export function compileAfter({
  order,
  after,
}: Selection): ((values: readonly ParameterValue[]) => (row: Row) => boolean) | undefined {
  if (after === undefined) return undefined;
  const terms = order.map(compileTerm);
  const readers = order.map(({ field }) => readerOf(field));
  return (values) => {
    const last = after.map(({ parameter }) => values[parameter] ?? null);
    return (row) => {
      for (const [index, { compare }] of terms.entries()) {
        const difference = compare(readers[index]?.(row) ?? null, last[index] ?? null);
        if (difference !== 0) return difference > 0;
      }
      return false;
    };
  };
}
