import type { Output, Row, Selection } from "@backworks/core/query";
import { castTo, isToOne, memberNames } from "@backworks/core/query";
import type { Decode, Member } from "./decode.ts";
import { namedMember } from "./decode.ts";
import type { Level } from "./level.ts";
import type { Sql } from "./sql.ts";

/** One place of a row: how it is asked for, and how it is read. */
export interface Place {
  readonly leaf: Sql;
  readonly member: Member;
}

export type ColumnOutput = Extract<Output, { kind: "column" }>;
type EmbedOutput = Extract<Output, { kind: "embed" }>;

/** Places of the rows of a level that are not put together. */
export function placesOf(level: Level): readonly Place[] {
  return level.selection.outputs.flatMap((output) => {
    if (output.kind === "star") return starPlaces(level);
    return output.kind === "embed" ? [embedPlace(level, output)] : [columnPlace(level, output)];
  });
}

function starPlaces(level: Level): readonly Place[] {
  const { dialect } = level.scope;
  return [...level.table.columns.values()].map(({ name, type }) => {
    const cell = level.cell({ column: name, json: [], type });
    return { leaf: dialect.leaf(cell), member: namedMember(name, dialect.decode(cell)) };
  });
}

function columnPlace(level: Level, { field, name, cast }: ColumnOutput): Place {
  // Only a count has no column.
  if (field === undefined) throw new TypeError(`${name} has no column`);
  const { dialect } = level.scope;
  const cell = level.cell(field);
  return { leaf: dialect.leaf(cell), member: namedMember(name, withCast(dialect.decode(cell), cast)) };
}

/** The cast of a value that the database need not know of: as memory casts. */
export function withCast(decode: Decode | undefined, type: ColumnOutput["cast"]): Decode | undefined {
  if (type === undefined) return decode;
  const cast = castTo(type);
  return decode === undefined ? cast : (value, reading) => cast(decode(value, reading));
}

export function embedPlace(level: Level, { embed, name }: EmbedOutput): Place {
  const { select, decode } = level.scope.embed(level, embed);
  return { leaf: select, member: embedMember(level.selection, { embed, name, decode }) };
}

interface EmbedMember extends Pick<EmbedOutput, "embed" | "name"> {
  readonly decode: Decode;
}

export function embedMember({ embeds }: Selection, { embed, name, decode }: EmbedMember): Member {
  if (name !== undefined) return namedMember(name, decode);
  const names = memberNames(embeds[embed]?.selection);
  return {
    name: undefined,
    spread(object, value, reading) {
      // What is spread is one row, or nothing: nothing under every name.
      const row = decode(value, reading) as Row | null;
      Object.assign(object, row ?? Object.fromEntries(names.map((member) => [member, null])));
    },
  };
}

/** Whether an embed is one object or nothing. */
export function isSingle({ embeds }: Selection, embed: number): boolean {
  const relation = embeds[embed]?.relation;
  return relation !== undefined && isToOne(relation);
}
