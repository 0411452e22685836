import type { Order } from "@backworks/core/query";
import { unsupportedCast } from "./condition.ts";
import type { Decode, Member } from "./decode.ts";
import { decodeRow, namedMember } from "./decode.ts";
import type { EmbedSelect, Level } from "./level.ts";
import { whereOf } from "./level.ts";
import { decodeListOf, stretchOf } from "./lists.ts";
import { keyCell } from "./order.ts";
import type { ColumnOutput } from "./outputs.ts";
import { embedMember, withCast } from "./outputs.ts";
import type { Computed } from "./query-dialect.ts";
import type { Sql } from "./sql.ts";
import { joinSql, sql } from "./sql.ts";

/** Rows put together, as the parts of a select. */
export interface GroupedParts {
  readonly leaves: readonly Sql[];
  readonly members: readonly Member[];
  /** What stands behind FROM, up to the groups. */
  readonly from: Sql;
  readonly order: readonly Sql[];
  /** Whether there is one group, whatever there is. */
  readonly single: boolean;
}

/** A value of each row, by a name in the select that is grouped. */
interface Inner {
  readonly name: string;
  readonly value: Sql;
}

/** One output, by what the rows give and by what their group does. */
interface GroupedOutput {
  readonly inner: Inner | undefined;
  /** Whether rows are put together by it. */
  readonly isKey: boolean;
  leaf(value: Sql): Sql;
  readonly member: Member;
}

/**
 * Rows that agree in everything but the aggregates become one. What they agree in is computed in a select of its own, so that it has a name to
 * group by: an expression with a bind is none.
 */
export function groupedParts(level: Level, near?: readonly Inner[]): GroupedParts {
  const outputs = level.selection.outputs.flatMap((output, index): GroupedOutput[] => {
    if (output.kind === "star") return [];
    if (output.kind === "embed") return [embedOutput(level, output, index)];
    return [output.aggregate === undefined ? keyOutput(level, output, index) : totalOutput(level, output, index)];
  });
  const keys = outputs.flatMap(({ isKey, inner }) => (isKey && inner ? [inner] : []));
  const leaves = (prefix: string | undefined): readonly Sql[] =>
    outputs.map(({ inner, leaf }) =>
      leaf(inner === undefined ? [] : prefix === undefined ? inner.value : sql`${prefix}.${inner.name}`),
    );
  const members = outputs.map(({ member }) => member);
  if (keys.length === 0)
    return {
      leaves: leaves(undefined),
      members,
      from: sql`FROM ${level.source}${whereOf(level)}`,
      order: [],
      single: true,
    };
  return { ...groupedFrom(level, { outputs, keys, near }), leaves: leaves("g"), members, single: false };
}

interface Grouping {
  readonly outputs: readonly GroupedOutput[];
  readonly keys: readonly Inner[];
  /** What joins each row to one around it, where the select cannot name that itself: rows are put together by it, too. */
  readonly near: readonly Inner[] | undefined;
}

function groupedFrom(level: Level, { outputs, keys, near = [] }: Grouping): Pick<GroupedParts, "from" | "order"> {
  const orders = level.selection.order.map((order, index) => orderInner(level, order, index));
  const places = level.table.primaryKey.map((name, index): Inner => ({
    name: `p${index}`,
    value: level.scope.dialect.value(keyCell(level, name)),
  }));
  const all = [...near, ...outputs.flatMap(({ inner }) => inner ?? []), ...orders.map(({ inner }) => inner), ...places];
  const columns = all.map(({ name, value }) => sql`${value} AS ${name}`);
  const select = sql`SELECT ${joinSql(columns, ", ")} FROM ${level.source}${whereOf(level, { correlated: near.length === 0 })}`;
  const by = [...near, ...keys].map(({ name }) => sql`g.${name}`);
  const order = [...orders.map(({ term }) => term), ...places.map(({ name }) => firstOf(level, name))];
  return { from: sql`FROM (${select}) g GROUP BY ${joinSql(by, ", ")}`, order };
}

/** Groups come as their first rows would. */
function firstOf(level: Level, name: string): Sql {
  const { dialect } = level.scope;
  const cell = keyCell(level, level.table.primaryKey[Number(name.slice(1))] ?? "");
  const first = dialect.aggregate("min", { sql: sql`g.${name}`, type: cell.type });
  return dialect.orderTerm(first, { descending: false, nulls: "last", nullable: false });
}

function orderInner(
  level: Level,
  { field, descending, nulls }: Order,
  index: number,
): { readonly inner: Inner; readonly term: Sql } {
  const { dialect } = level.scope;
  const name = `o${index}`;
  const inner = { name, value: dialect.value(level.cell(field)) };
  const extreme = dialect.aggregate(descending ? "max" : "min", { sql: sql`g.${name}`, type: field.type });
  return { inner, term: dialect.orderTerm(extreme, { descending, nulls, nullable: true }) };
}

function keyOutput(level: Level, output: ColumnOutput, index: number): GroupedOutput {
  const { dialect } = level.scope;
  const computed = computedOf(level, output);
  const inner = { name: `k${index}`, value: computed.sql };
  return {
    inner,
    isKey: true,
    leaf: (value) => dialect.computedLeaf({ sql: value, type: computed.type }),
    member: namedMember(
      output.name,
      dialect.decodeComputed(computed.type, output.cast === undefined ? known(level, output) : undefined),
    ),
  };
}

function known(level: Level, { field }: ColumnOutput): ReturnType<Level["cell"]>["known"] {
  return field === undefined || field.json.length > 0 ? undefined : level.cell(field).known;
}

/** The value of an output before it is put together, cast as it is asked. @throws BW_QUERY_UNSUPPORTED */
function computedOf(level: Level, { field, cast }: ColumnOutput): Computed {
  const { dialect } = level.scope;
  if (field === undefined) return { sql: sql`1`, type: { name: "integer" } };
  const value = { sql: dialect.value(level.cell(field)), type: field.type };
  if (cast === undefined) return value;
  const changed = dialect.cast(value, cast);
  if (changed === undefined) throw unsupportedCast(dialect, field.type, cast);
  return { sql: changed, type: cast };
}

function totalOutput(level: Level, output: ColumnOutput, index: number): GroupedOutput {
  const { dialect } = level.scope;
  const { aggregate = "count", aggregateCast, field, name } = output;
  const computed = computedOf(level, output);
  const type =
    aggregate === "count"
      ? ({ name: "integer" } as const)
      : aggregate === "avg"
        ? ({ name: "number" } as const)
        : computed.type;
  const decode: Decode | undefined =
    aggregate === "count"
      ? undefined
      : dialect.decodeComputed(type, output.cast === undefined ? known(level, output) : undefined);
  return {
    inner: field === undefined ? undefined : { name: `k${index}`, value: computed.sql },
    isKey: false,
    leaf: (value) =>
      aggregate === "count"
        ? sql`count(${field === undefined ? sql`*` : value})`
        : dialect.computedLeaf({ sql: dialect.aggregate(aggregate, { sql: value, type: computed.type }), type }),
    member: namedMember(name, withCast(decode, aggregateCast)),
  };
}

function embedOutput(
  level: Level,
  output: { readonly embed: number; readonly name: string | undefined },
  index: number,
): GroupedOutput {
  const { dialect } = level.scope;
  const { select, decode } = level.scope.embed(level, output.embed);
  return {
    inner: { name: `k${index}`, value: dialect.toKey(select) },
    isKey: true,
    leaf: (value) => dialect.fromKey(value),
    member: embedMember(level.selection, { ...output, decode }),
  };
}

/** Related rows put together, as a list. */
export function groupedEmbed(level: Level): EmbedSelect {
  const { dialect } = level.scope;
  const near = level.pairs.map(([value], index) => ({ name: `f${index}`, value }));
  const parts = groupedParts(level, dialect.correlates ? undefined : near);
  const decode = decodeListOf(level, decodeRow(parts.members), false);
  const row = dialect.row(parts.leaves);
  if (dialect.correlates || parts.single)
    return { select: dialect.list({ ...parts, row, stretch: stretchOf(level) }), decode };
  const names = near.map(({ name }) => name);
  const number = parts.order.length === 0 ? sql`1` : sql`ROW_NUMBER() OVER (ORDER BY ${joinSql(parts.order, ", ")})`;
  const columns = sql`${names.map((name) => `g.${name} AS ${name}, `).join("")}${row} AS j, ${number} AS n`;
  const joins = level.pairs.map(([, outer], index) => sql`l.f${String(index)} = ${outer}`);
  const from = sql`FROM (SELECT ${columns} ${parts.from}) l WHERE ${joinSql(joins, " AND ")}`;
  return { select: dialect.list({ row: sql`l.j`, from, order: [sql`l.n`], stretch: [], single: false }), decode };
}
