import { invalid } from "../errors.ts";
import { limits } from "../limits.ts";
import type { AggregateName } from "../operators.ts";
import { aggregates } from "../operators.ts";
import { readField, readName } from "./field.ts";
import type { Reader } from "./reader.ts";
import { expect, expectEndOfBrackets, looksAt, skipSpace, take, takeList, takeMatch, unexpected } from "./reader.ts";
import type { ColumnItem, EmbedItem, SelectItem } from "./syntax.ts";

/** `*,alias:column::cast,relation!inner(…)`. @throws BW_QUERY_INVALID */
export function readSelect(reader: Reader): readonly SelectItem[] {
  if (reader.text.trim() === "") return [{ kind: "star" }];
  const items = readItems(reader, 1);
  expectEndOfBrackets(reader, "a comma");
  return items;
}

function readItems(reader: Reader, depth: number): readonly SelectItem[] {
  if (depth > limits.depth)
    throw invalid(reader.parameter, `embeds more than ${limits.depth} levels deep`, { position: reader.at });
  return takeList(reader, (inner) => readItem(inner, depth));
}

function readItem(reader: Reader, depth: number): SelectItem {
  if (take(reader, "...")) return readEmbed(reader, { alias: undefined, spread: true }, depth);
  if (take(reader, "*")) return { kind: "star" };
  const alias = readAlias(reader);
  if (isEmbed(reader)) return readEmbed(reader, { alias, spread: false }, depth);
  return readColumn(reader, alias);
}

function readAlias(reader: Reader): string | undefined {
  const start = reader.at;
  const name = readName(reader, "a column, a relation or *");
  skipSpace(reader);
  if (looksAt(reader, ":") && !looksAt(reader, "::")) {
    reader.at += 1;
    skipSpace(reader);
    return name;
  }
  reader.at = start;
  return undefined;
}

function isEmbed(reader: Reader): boolean {
  const start = reader.at;
  const name = readName(reader, "a column or a relation");
  const embeds = looksAt(reader, "!") || (looksAt(reader, "(") && !(name === "count" && looksAt(reader, "()")));
  reader.at = start;
  return embeds;
}

function readEmbed(reader: Reader, { alias, spread }: Pick<EmbedItem, "alias" | "spread">, depth: number): EmbedItem {
  const relation = readName(reader, "a relation");
  let join: EmbedItem["join"];
  let hint: string | undefined;
  while (take(reader, "!")) {
    const at = reader.at;
    const word = readName(reader, "inner, left or a hint");
    if ((word === "inner" || word === "left") && join === undefined) join = word;
    else if (hint === undefined) hint = word;
    else throw invalid(reader.parameter, `has a second hint ${word}`, { position: at });
  }
  expect(reader, "(");
  skipSpace(reader);
  const select = looksAt(reader, ")") ? [] : readItems(reader, depth + 1);
  expect(reader, ")");
  return { kind: "embed", alias, relation, hint, join, spread, select };
}

const castName = /[A-Za-z_][\w ]*(?:\[\])?/y;
const aggregateCall = /\.?(?:count|sum|avg|min|max)\(\)/y;

function readColumn(reader: Reader, alias: string | undefined): ColumnItem {
  const bare = looksAt(reader, "count()");
  const field = bare ? undefined : readField(reader);
  const cast = readCast(reader);
  const aggregate = readAggregate(reader);
  const aggregateCast = aggregate === undefined ? undefined : readCast(reader);
  return { kind: "column", alias, field, cast, aggregate, aggregateCast };
}

function readCast(reader: Reader): string | undefined {
  if (!take(reader, "::")) return undefined;
  const name = takeMatch(reader, castName).trim();
  if (name === "") throw unexpected(reader, "a type");
  return name;
}

function readAggregate(reader: Reader): AggregateName | undefined {
  const call = takeMatch(reader, aggregateCall);
  if (call === "" && looksAt(reader, "."))
    throw invalid(reader.parameter, "has no such function", {
      position: reader.at,
      hint: `known are ${aggregates.map((name) => `${name}()`).join(", ")}`,
    });
  return aggregates.find((name) => `${name}()` === call.replace(/^\./, ""));
}
