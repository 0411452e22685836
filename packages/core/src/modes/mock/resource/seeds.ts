import type { JsonValue } from "../../../exchange.ts";
import type { Row } from "../../../query/tree.ts";
import { createRandom } from "../../../random.ts";
import type { Mistakes, Path } from "../mistakes.ts";
import { isObject } from "../../../json/value.ts";
import type { RowRules } from "./rows.ts";
import { fitRow } from "./rows.ts";
import type { Seeds } from "./table.ts";
import { createSeeds } from "./table.ts";
import { stepsOf } from "../../../json/violation.ts";

/** Rows of the configuration, or of the file that keeps them. */
export interface SeedRows {
  readonly name: string;
  readonly values: readonly JsonValue[];
  readonly rules: RowRules;
  /** Where they stand. */
  readonly path: Path;
}

/** Rows reported at most: the rest is likely wrong in the same way. */
const mostReported = 20;

/** Checks rows to begin with, and gives those an id that come without. */
export function seedsOf({ name, values, rules, path }: SeedRows, mistakes: Mistakes): Seeds {
  const rows = new Map<string, Row>();
  // Seeds that come without an id get the same one after every start.
  const random = createRandom(numberFor(name));
  let highest = highestOf(values, rules.identity.field);
  let reported = 0;
  function report(steps: Path, problem: string): void {
    reported += 1;
    if (reported <= mostReported) wrong(mistakes, [...path, ...steps], problem);
  }
  for (const [index, value] of values.entries()) {
    const fitted = fitRow(rules, { value, fixed: {}, random, highest });
    if (fitted.violations) {
      for (const { pointer, detail } of fitted.violations) report([index, ...stepsOf(pointer)], detail);
    } else if (rows.has(fitted.key)) {
      report([index], `has the ${rules.identity.field} ${fitted.key}, as a row before it`);
    } else {
      rows.set(fitted.key, fitted.row);
    }
    const id = fitted.violations ? 0 : fitted.row[rules.identity.field];
    if (typeof id === "number") highest = Math.max(highest, id);
  }
  return createSeeds(rows, rules.identity.field);
}

function highestOf(values: readonly JsonValue[], field: string): number {
  return values.reduce<number>((highest, value) => {
    const id = isObject(value) ? value[field] : undefined;
    return typeof id === "number" ? Math.max(highest, id) : highest;
  }, 0);
}

/** A number of its own for each name. */
function numberFor(name: string): number {
  let sum = 7;
  for (let index = 0; index < name.length; index += 1) sum = (Math.imul(sum, 31) + name.charCodeAt(index)) >>> 0;
  return sum;
}

/** Reports a value of the options. */
export function wrong(mistakes: Mistakes, path: Path, problem: string): void {
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  mistakes.add("BW_CONFIG_WRONG_VALUE", { path: `mock.resource${text}`, problem }, { path });
}
