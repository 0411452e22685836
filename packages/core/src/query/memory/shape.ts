import type { JsonValue } from "../../exchange.ts";
import { canonical } from "../../canonical.ts";
import type { Output, Row, Selection } from "../tree.ts";
import type { AggregateName } from "../operators.ts";
import { memberNames } from "../member-names.ts";
import { isToOne } from "../relations.ts";
import { aggregate } from "./aggregate.ts";
import { castTo } from "./cast.ts";
import { readerOf } from "./field.ts";

/** The embedded values of a row: an object, nothing or a list, by the number of the embed. */
export type EmbeddedValues = (row: Row, embed: number) => JsonValue;

/** What makes objects of an answer out of rows. */
export type Shape = (rows: readonly Row[], embedded: EmbeddedValues) => readonly Row[];

/** The objects a selection answers with. Rows that are asked for whole stay the same objects. */
export function compileShape(selection: Selection): Shape {
  if (selection.grouped) return compileGroups(selection);
  if (selection.outputs.length === 1 && selection.outputs[0]?.kind === "star") return (rows) => rows;
  const members = selection.outputs.map((output) => compileMember(output, selection));
  return (rows, embedded) =>
    rows.map((row) => {
      const object: Members = {};
      for (const add of members) add(object, row, embedded);
      return object;
    });
}

type Members = Record<string, JsonValue | undefined>;

type AddMember = (object: Members, row: Row, embedded: EmbeddedValues) => void;

function compileMember(output: Output, selection: Selection): AddMember {
  if (output.kind === "star") return (object, row) => void Object.assign(object, row);
  if (output.kind === "embed") return compileEmbedded(output, selection);
  const { name } = output;
  const read = compileColumn(output);
  return (object, row) => void (object[name] = read(row));
}

type ColumnOutput = Extract<Output, { kind: "column" }>;

function compileColumn({ field, cast }: Pick<ColumnOutput, "field" | "cast">): (row: Row) => JsonValue {
  const read = field === undefined ? () => null : readerOf(field);
  if (cast === undefined) return read;
  const change = castTo(cast);
  return (row) => change(read(row));
}

function compileEmbedded({ name, embed }: Extract<Output, { kind: "embed" }>, { embeds }: Selection): AddMember {
  if (name !== undefined) return (object, row, embedded) => void (object[name] = embedded(row, embed));
  const names = memberNames(embeds[embed]?.selection);
  return (object, row, embedded) => {
    const value = embedded(row, embed);
    // Nothing is spread as nothing under every name.
    Object.assign(object, value ?? Object.fromEntries(names.map((member) => [member, null])));
  };
}

interface Group {
  readonly object: Members;
  readonly rows: Row[];
}

/** Rows that agree in everything but the aggregates become one; no rows and nothing to agree in are one group, too. */
function compileGroups(selection: Selection): Shape {
  const keys = selection.outputs.filter((output) => output.kind !== "column" || output.aggregate === undefined);
  const keyMembers = keys.map((output) => compileMember(output, selection));
  const finish = selection.outputs.map(compileTotal);
  return (rows, embedded) => {
    const groups = new Map<string, Group>();
    if (keys.length === 0) groups.set("{}", { object: {}, rows: [] });
    for (const row of rows) {
      const object: Members = {};
      for (const add of keyMembers) add(object, row, embedded);
      const key = canonical(object);
      const group = groups.get(key) ?? { object, rows: [] };
      if (group.rows.length === 0) groups.set(key, group);
      group.rows.push(row);
    }
    return [...groups.values()].map((group) => {
      const object: Members = {};
      for (const add of finish) add(object, group);
      return object;
    });
  };
}

type AddTotal = (object: Members, group: Group) => void;

function compileTotal(output: Output): AddTotal {
  if (output.kind === "star") return () => undefined;
  if (output.kind === "embed" && output.name === undefined)
    return (object, group) => void Object.assign(object, group.object);
  const name = output.name ?? "";
  if (output.kind === "embed" || output.aggregate === undefined) {
    return (object, group) => void (object[name] = group.object[name]);
  }
  return compileAggregate(output, output.aggregate);
}

function compileAggregate(output: ColumnOutput, call: AggregateName): AddTotal {
  const { name } = output;
  const read = compileColumn(output);
  const change = output.aggregateCast && castTo(output.aggregateCast);
  const type = output.cast ?? output.field?.type ?? { name: "any" };
  return (object, { rows }) => {
    const values = output.field === undefined ? rows.map(() => true) : rows.map(read).filter((value) => value !== null);
    const total = aggregate(call, type, values);
    object[name] = change ? change(total) : total;
  };
}

/** Whether an embed is one object or nothing. */
export function isSingle({ embeds }: Selection, embed: number): boolean {
  const relation = embeds[embed]?.relation;
  return relation !== undefined && isToOne(relation);
}
