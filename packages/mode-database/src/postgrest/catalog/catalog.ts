/** What is known of a PostgreSQL database, of every schema that is no system's. Frozen. */
export interface Catalog {
  /** Tables and views by `keyOf` their schema and name. */
  readonly tables: ReadonlyMap<string, Table>;
  /** Functions of one name, by `keyOf` their schema and name. */
  readonly routines: ReadonlyMap<string, readonly Routine[]>;
  /** What a cast may name, with the type as SQL writes it. */
  readonly types: ReadonlyMap<string, string>;
  /** Aggregates that take the rows of any table. */
  readonly anyRows: readonly MediaHandler[];
}

/** A table, a view or a composite type. */
export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "view" | "type";
  /** By name, in their order. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Of a view: columns that show the primary key of the table behind. */
  readonly primaryKey: readonly string[];
  /** Columns that functions of one row compute, by the function's name. */
  readonly computed: ReadonlyMap<string, Routine>;
  /** How its rows find those of others. */
  readonly links: readonly Link[];
  /** Aggregates that make a media type of its rows. */
  readonly handlers: readonly MediaHandler[];
  /** What may be done to it, whoever asks. */
  readonly allows: Allows;
}

export interface Allows {
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
}

/** A function of the database that makes a media type; it is named after what it gives. */
export interface MediaHandler {
  readonly schema: string;
  readonly name: string;
  readonly makes: MadeMedia;
}

/** A domain named after a media type. */
export interface MadeMedia {
  /** In lower case, or an asterisk on both sides of the slash: any. */
  readonly type: string;
  /** Whether it is bytes; text otherwise. */
  readonly bytes: boolean;
}

export interface Column {
  readonly name: string;
  /** As SQL writes it. */
  readonly type: string;
  readonly required: boolean;
  /** Expression that a row gets without a value. */
  readonly value: string | undefined;
  /** How its domain is written and read; `undefined` where that is left to the server. */
  readonly represents: Representation | undefined;
}

/** Functions of casts between a domain and JSON or text, as SQL writes them. */
export interface Representation {
  readonly toJson: string | undefined;
  readonly fromJson: string | undefined;
  readonly fromText: string | undefined;
}

/** How rows of one table find those of another. */
export interface Link {
  readonly kind: "many-to-one" | "one-to-many" | "one-to-one" | "many-to-many" | "computed";
  /** Of the foreign key; of a computed one the function's name. */
  readonly constraint: string;
  readonly schema: string;
  readonly target: string;
  /** Columns of the one table, and of the other or of the junction, pair by pair. */
  readonly columns: readonly (readonly [own: string, other: string])[];
  readonly junction: Junction | undefined;
  readonly routine: Routine | undefined;
  /** Whether the foreign key is on this side. */
  readonly holdsKey: boolean;
  readonly toOne: boolean;
}

/** A table between two others. */
export interface Junction {
  readonly schema: string;
  readonly name: string;
  readonly near: string;
  readonly far: string;
  /** Columns of the junction, and of the target, pair by pair. */
  readonly columns: readonly (readonly [own: string, other: string])[];
}

/** A function. */
export interface Routine {
  readonly schema: string;
  readonly name: string;
  /** What is given to it, in its order. */
  readonly parameters: readonly RoutineParameter[];
  readonly volatile: boolean;
  readonly returns: Returns;
}

export interface RoutineParameter {
  /** Empty for one without a name. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

/** What a function gives. */
export interface Returns {
  readonly kind: "nothing" | "value" | "row";
  /** Whether it gives any number of them. */
  readonly set: boolean;
  /** Of rows: the table that they are of, or one made of what the function says; its name is empty where it says nothing. */
  readonly table: Table | undefined;
  /** Of a set: whether it promises one row at most. */
  readonly oneRow: boolean;
  /** Of a value: the media type that it is of. */
  readonly media: MadeMedia | undefined;
}

/** Names something of a schema. */
export function keyOf(schema: string, name: string): string {
  return `${schema}\n${name}`;
}
