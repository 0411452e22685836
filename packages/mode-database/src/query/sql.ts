import type { JsonValue } from "@backworks/core";
import type { Parameter, ParameterValue } from "@backworks/core/query";
import { invalid } from "@backworks/core/query";
import type { Dialect } from "../dialect.ts";

/** Values of one request, by the numbers of a shape's parameters. */
export type Values = readonly ParameterValue[];

/** A place of a statement where a value stands. */
export interface Bind {
  /** What the driver gets there. */
  readonly read: (values: Values) => unknown;
}

/** A piece of a statement: text of ours, and places for values. Names of a database stand in it quoted; nothing of a request does. */
export type Sql = readonly (string | Bind)[];

/** Puts pieces together. */
export function sql(texts: TemplateStringsArray, ...pieces: readonly (Sql | string)[]): Sql {
  const parts: (string | Bind)[] = [];
  for (const [index, text] of texts.entries()) {
    if (text !== "") parts.push(text);
    const piece = pieces[index] ?? [];
    if (typeof piece === "string") parts.push(piece);
    else parts.push(...piece);
  }
  return parts;
}

export function joinSql(pieces: readonly Sql[], between: string): Sql {
  return pieces.flatMap((piece, index) => (index === 0 ? piece : [between, ...piece]));
}

/** A value of the request, changed to what a driver takes; nothing stays nothing. */
export function valueOf({ parameter }: Parameter, change: (value: JsonValue) => unknown = (value) => value): Sql {
  return [
    {
      read(values) {
        const value = values[parameter] ?? null;
        return value === null ? null : change(value);
      },
    },
  ];
}

/** A value that the shape itself holds, such as a key of a JSON path. */
export function constant(value: unknown): Sql {
  return [{ read: () => value }];
}

/** A statement that is finished. */
export interface Written {
  readonly text: string;
  /** In the order of its places. */
  readonly binds: readonly Bind[];
}

/** What each of the databases takes at least. */
const mostBinds = 30_000;

/** @throws BW_QUERY_INVALID for a question that no database takes as one */
export function writeSql(parts: Sql, { placeholder }: Pick<Dialect, "placeholder">): Written {
  const binds: Bind[] = [];
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else text += placeholder(binds.push(part));
  }
  if (binds.length > mostBinds)
    throw invalid("of the request", "asks for too much at once", {
      hint: "ask with fewer filters and shorter JSON paths",
    });
  return { text, binds };
}
