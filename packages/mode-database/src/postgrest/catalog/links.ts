import type { Link, Table } from "./catalog.ts";

/** Keys of a table or a view. */
export interface KeyedTable {
  readonly primaryKey: readonly string[];
  /** The primary key among them. */
  readonly uniques: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** Number of the table that it leads to. */
  readonly target: string;
  readonly references: readonly string[];
}

interface KeyFrom {
  readonly from: string;
  readonly key: ForeignKey;
  /** Whether at most one row of its table leads to a row. */
  readonly unique: boolean;
}

/** How the rows of every table find those of others, by the table's number. */
export function linksOf(
  keyed: ReadonlyMap<string, KeyedTable>,
  tables: ReadonlyMap<string, Table>,
): ReadonlyMap<string, readonly Link[]> {
  const keysTo = new Map<string, KeyFrom[]>();
  for (const [from, { foreignKeys, uniques }] of keyed)
    for (const key of foreignKeys)
      keysTo.set(key.target, [
        ...(keysTo.get(key.target) ?? []),
        { from, key, unique: isUnique(uniques, key.columns) },
      ]);
  return new Map(
    [...keyed].map(([id, { foreignKeys, uniques }]) => [
      id,
      [
        ...foreignKeys.flatMap((key) => forward(key, isUnique(uniques, key.columns), tables)),
        ...(keysTo.get(id) ?? []).flatMap((from) => backward(from, tables)),
        ...(keysTo.get(id) ?? []).flatMap((from) => through(from, keyed, tables)),
      ],
    ]),
  );
}

function isUnique(uniques: readonly (readonly string[])[], columns: readonly string[]): boolean {
  return uniques.some((unique) => unique.length > 0 && unique.every((column) => columns.includes(column)));
}

const direct = { junction: undefined, routine: undefined } as const;

function forward({ name, columns, references, target }: ForeignKey, unique: boolean, tables: Tables): Link[] {
  const table = tables.get(target);
  if (table === undefined) return [];
  return [
    {
      ...direct,
      kind: unique ? "one-to-one" : "many-to-one",
      constraint: name,
      schema: table.schema,
      target: table.name,
      columns: pairs(columns, references),
      holdsKey: true,
      toOne: true,
    },
  ];
}

type Tables = ReadonlyMap<string, Table>;

function backward({ from, key, unique }: KeyFrom, tables: Tables): Link[] {
  const table = tables.get(from);
  if (table === undefined) return [];
  return [
    {
      ...direct,
      kind: unique ? "one-to-one" : "one-to-many",
      constraint: key.name,
      schema: table.schema,
      target: table.name,
      columns: pairs(key.references, key.columns),
      holdsKey: false,
      toOne: unique,
    },
  ];
}

/** A table joins two others when the columns of both foreign keys belong to its primary key. */
function through({ from, key }: KeyFrom, keyed: ReadonlyMap<string, KeyedTable>, tables: Tables): Link[] {
  const between = tables.get(from);
  const { foreignKeys = [], primaryKey = [] } = keyed.get(from) ?? {};
  if (between === undefined) return [];
  return foreignKeys.flatMap((far) => {
    const target = tables.get(far.target);
    if (far.name === key.name || target === undefined) return [];
    if (![...key.columns, ...far.columns].every((column) => primaryKey.includes(column))) return [];
    const junction = {
      schema: between.schema,
      name: between.name,
      near: key.name,
      far: far.name,
      columns: pairs(far.columns, far.references),
    };
    return [
      {
        kind: "many-to-many" as const,
        constraint: `${between.name} using ${key.name}(${key.columns.join(", ")}) and ${far.name}(${far.columns.join(", ")})`,
        schema: target.schema,
        target: target.name,
        columns: pairs(key.references, key.columns),
        junction,
        routine: undefined,
        holdsKey: false,
        toOne: false,
      },
    ];
  });
}

function pairs(own: readonly string[], other: readonly string[]): readonly (readonly [string, string])[] {
  return own.map((column, index) => [column, other[index] ?? ""] as const);
}
