import { invalid } from "../errors.ts";
import { isToOne } from "../relations.ts";
import type { ColumnItem } from "../syntax/syntax.ts";
import type { Field, Output } from "../tree.ts";
import type { ValueType } from "../types.ts";
import { nameOfType, typeOfWord, typeWords } from "../types.ts";
import { suggest } from "../../suggest.ts";
import type { Level } from "./level.ts";
import { resolveField } from "./scope.ts";

/** What the objects of an answer hold. @throws BW_QUERY_INVALID, BW_QUERY_UNKNOWN_COLUMN */
export function checkOutputs(level: Level): readonly Output[] {
  const outputs: Output[] = [];
  let embed = 0;
  for (const item of level.select) {
    if (item.kind === "star") outputs.push({ kind: "star" });
    else if (item.kind === "column") outputs.push(checkColumn(level, item));
    else outputs.push(...embedOutput(level, embed++));
  }
  return refuseTwins(outputs);
}

/** An embed of no columns only filters. */
function embedOutput({ children }: Level, embed: number): Output[] {
  const child = children[embed];
  if (child === undefined || child.select.length === 0) return [];
  return [{ kind: "embed", name: child.item.spread ? undefined : child.name, embed }];
}

function checkColumn({ table }: Level, item: ColumnItem): Output {
  const field = item.field === undefined ? undefined : resolveField(table, item.field);
  const cast = castOf(item.cast);
  const { aggregate } = item;
  const aggregateCast = castOf(item.aggregateCast);
  const given = cast ?? field?.type ?? { name: "integer" };
  const type = aggregateCast ?? (aggregate === undefined ? given : typeOfAggregate(aggregate, given, field));
  return { kind: "column", name: item.alias ?? nameOf(item), field, cast, aggregate, aggregateCast, type };
}

function castOf(word: string | undefined): ValueType | undefined {
  if (word === undefined) return undefined;
  const type = typeOfWord(word);
  if (type !== undefined) return type;
  const near = suggest(word, typeWords);
  throw invalid("select", `casts to ${word}, which is no type`, {
    hint: near === undefined ? `types are ${typeWords.join(", ")}` : `did you mean ${near}?`,
  });
}

const summed: readonly ValueType["name"][] = ["any", "integer", "number", "decimal"];

function typeOfAggregate(aggregate: string, given: ValueType, field: Field | undefined): ValueType {
  if (aggregate === "count") return { name: "integer" };
  if (aggregate === "min" || aggregate === "max") return given;
  if (!summed.includes(given.name)) {
    const column = field?.column ?? "";
    throw invalid("select", `has ${aggregate}() of ${column}, which is ${nameOfType(given)}`, {
      hint: `cast it: ${column}::numeric.${aggregate}()`,
    });
  }
  return aggregate === "avg" ? { name: "number" } : given;
}

/** The key at the end of a JSON path, or the one before a place in a list. */
function nameOf({ field, aggregate }: ColumnItem): string {
  if (aggregate !== undefined) return aggregate;
  const key = field?.json.findLast(({ step }) => typeof step === "string")?.step;
  return String(key ?? field?.column ?? "");
}

function refuseTwins(outputs: readonly Output[]): readonly Output[] {
  const seen = new Map<string, string>();
  return outputs.filter((output) => {
    if (output.kind === "star" || output.name === undefined) return true;
    const text = JSON.stringify(output);
    const twin = seen.get(output.name);
    seen.set(output.name, text);
    if (twin === undefined || twin === text) return twin === undefined;
    throw invalid("select", `has ${output.name} twice`, {
      hint: `give one of them another name: other:${output.name}`,
    });
  });
}

/** Whether rows are put together. @throws BW_QUERY_INVALID */
export function checkGrouping(level: Level, outputs: readonly Output[]): boolean {
  const grouped = outputs.some((output) => output.kind === "column" && output.aggregate !== undefined);
  if (!grouped) return false;
  if (outputs.some(({ kind }) => kind === "star"))
    throw invalid("select", "has * beside an aggregate", { hint: "name the columns to group by" });
  const list = outputs.find((output) => {
    const child = output.kind === "embed" ? level.children[output.embed] : undefined;
    return child !== undefined && !isToOne(child.relation);
  });
  if (list?.kind === "embed") throw invalid("select", `groups by ${list.name}, which may be several rows`);
  return true;
}
