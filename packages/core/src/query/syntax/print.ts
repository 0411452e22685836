import type {
  ColumnItem,
  Condition,
  Embedded,
  EmbedItem,
  Field,
  FilterCondition,
  JsonStep,
  OrderTerm,
  QuerySyntax,
  SelectItem,
} from "./syntax.ts";
import { isWord } from "./parse.ts";

/** A query as parameters, decoded, in an order of their own: read again they are the same query. */
export function printQuery(query: QuerySyntax): readonly (readonly [name: string, value: string])[] {
  const whole = query.select.length === 1 && query.select[0]?.kind === "star";
  return [
    ...(whole ? [] : [["select", printSelect(query.select)] as const]),
    ...query.filters.map(printCondition),
    ...query.orders.map(({ path, of }) => [under(path, "order"), of.map(printTerm).join(",")] as const),
    ...query.pages.flatMap(printPage),
    ...(query.after === undefined ? [] : [["after", query.after] as const]),
    ...(query.columns === undefined ? [] : [["columns", query.columns.map(printName).join(",")] as const]),
    ...(query.onConflict === undefined ? [] : [["on_conflict", query.onConflict.map(printName).join(",")] as const]),
  ];
}

function under(path: readonly string[], last: string): string {
  return [...path.map(printName), last].join(".");
}

function printPage({ path, of }: QuerySyntax["pages"][number]): (readonly [string, string])[] {
  const { limit, offset, number } = of;
  if (limit !== undefined) return [[under(path, "limit"), String(limit)]];
  if (offset !== undefined) return [[under(path, "offset"), String(offset)]];
  return [[under(path, "page"), String(number)]];
}

function printCondition({ path, of }: Embedded<Condition>): readonly [string, string] {
  if (of.kind === "filter") return [under(path, printParameter(of.field)), printFilter(of, false)];
  return [under(path, `${of.negated ? "not." : ""}${of.kind}`), `(${of.of.map(printBranch).join(",")})`];
}

function printBranch(condition: Condition): string {
  if (condition.kind === "filter") return `${printField(condition.field)}.${printFilter(condition, true)}`;
  return `${condition.negated ? "not." : ""}${condition.kind}(${condition.of.map(printBranch).join(",")})`;
}

function printFilter({ negated, operator, quantifier, language, operand }: FilterCondition, inTree: boolean): string {
  const modifier = quantifier ?? language;
  const head = `${negated ? "not." : ""}${operator}${modifier === undefined ? "" : `(${modifier})`}.`;
  if (operand.kind === "keyword") return head + operand.keyword;
  if (operand.kind === "text") return head + (inTree ? printText(operand.text) : operand.text);
  if (quantifier) return `${head}{${operand.texts.map((text) => (text === null ? "null" : quote(text))).join(",")}}`;
  return `${head}(${operand.texts.map((text) => quote(text ?? "")).join(",")})`;
}

function printText(text: string): string {
  return /^[^,()"{}[\]\\]+$/.test(text) ? text : quote(text);
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
}

/** A name of a column as the grammar takes it. */
export function printName(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : quote(name);
}

/** A column as the name of a parameter. */
export function printParameter({ column, json }: Field): string {
  return (isWord(column) ? quote(column) : printName(column)) + json.map(printStep).join("");
}

function printField({ column, json }: Field): string {
  return printName(column) + json.map(printStep).join("");
}

function printStep({ step, text }: JsonStep): string {
  return `${text ? "->>" : "->"}${typeof step === "number" ? step : printName(step)}`;
}

function printSelect(items: readonly SelectItem[]): string {
  return items.map(printItem).join(",");
}

function printItem(item: SelectItem): string {
  if (item.kind === "star") return "*";
  return item.kind === "embed" ? printEmbed(item) : printColumn(item);
}

function printColumn({ alias, field, cast, aggregate, aggregateCast }: ColumnItem): string {
  const head = alias === undefined ? "" : `${printName(alias)}:`;
  const column = (field ? printField(field) : "") + (cast === undefined ? "" : `::${cast}`);
  const call = aggregate === undefined ? "" : `${field ? "." : ""}${aggregate}()`;
  return head + column + call + (aggregateCast === undefined ? "" : `::${aggregateCast}`);
}

function printEmbed({ alias, relation, hint, join, spread, select }: EmbedItem): string {
  const head = `${spread ? "..." : ""}${alias === undefined ? "" : `${printName(alias)}:`}${printName(relation)}`;
  // The join first: behind it even a hint called inner is a hint.
  const hints = `${join === undefined ? "" : `!${join}`}${hint === undefined ? "" : `!${printName(hint)}`}`;
  return `${head}${hints}(${printSelect(select)})`;
}

function printTerm({ relation, field, descending, nulls }: OrderTerm): string {
  const column = relation === undefined ? printField(field) : `${printName(relation)}(${printField(field)})`;
  return `${column}${descending ? ".desc" : ""}${nulls === undefined ? "" : `.nulls${nulls}`}`;
}
