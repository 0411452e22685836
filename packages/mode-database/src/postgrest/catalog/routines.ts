import type { Row } from "../../engine.ts";
import { textIn } from "../../schema/schema.ts";
import type { Column, MadeMedia, Returns, Routine, RoutineParameter, Table } from "./catalog.ts";

/** A function as the server describes it. */
export function toRoutine(row: Row, tables: ReadonlyMap<string, Table>): Routine {
  const everything = argumentsOf(row);
  const given = everything.filter(({ mode }) => /^[ibv]$/.test(mode));
  const optional = Number(row["defaults"]);
  const parameters = given.map(({ name, type, mode }, index): RoutineParameter => {
    const variadic = mode === "v";
    return { name, type, variadic, required: index < given.length - optional && !variadic };
  });
  const [schema, name] = [String(row["schema"]), String(row["name"])];
  return { schema, name, parameters, volatile: row["volatile"] === true, returns: returnsOf(row, everything, tables) };
}

/** Types that a whole body may be. */
const wholeTypes: ReadonlySet<string> = new Set(["bytea", "json", "jsonb", "text", "xml"]);

/** Whether a request can give a function all that it takes: by name, or the body as the one parameter without a name. */
export function isCallable({ parameters }: Routine): boolean {
  const [first, second] = parameters;
  if (first !== undefined && second === undefined && first.name === "") return wholeTypes.has(first.type);
  return parameters.every(({ name }) => name !== "");
}

/** Functions of one name in their order: those that take less first. */
export function byParameters(one: Routine, other: Routine): number {
  const less = one.parameters.length - other.parameters.length;
  return less === 0 ? compare(wordsOf(one), wordsOf(other)) : less;
}

function wordsOf({ parameters }: Routine): string {
  return parameters.map(({ name, type }) => `${name}\n${type}`).join("\n");
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

interface Argument {
  readonly name: string;
  readonly type: string;
  /** `i` in, `o` out, `b` both, `v` variadic, `t` a column of a table. */
  readonly mode: string;
}

function argumentsOf(row: Row): readonly Argument[] {
  const [types, names, modes] = [row["types"], row["names"], row["modes"]].map(toTexts);
  return (types ?? []).map((type, index) => ({ type, name: names?.[index] ?? "", mode: modes?.[index] ?? "i" }));
}

function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function returnsOf(row: Row, everything: readonly Argument[], tables: ReadonlyMap<string, Table>): Returns {
  const set = row["set"] === true;
  const rest = { set, table: undefined, oneRow: row["one_row"] === true, media: undefined };
  if (row["returns"] === "void") return { ...rest, kind: "nothing", set: false };
  const table = tables.get(String(row["returns_table"]));
  if (table !== undefined) return { ...rest, kind: "row", table };
  const columns = everything.filter(({ mode }) => /^[obt]$/.test(mode));
  // A record of which nothing is said is a value: only what comes out has names.
  const describesRow = columns.length > 0 || row["returns_kind"] === "c";
  if (!describesRow) return { ...rest, kind: "value", media: set ? undefined : mediaOf(row) };
  return { ...rest, kind: "row", table: tableOf(row, columns) };
}

/** What a function makes that gives a domain named after a media type. */
export function mediaOf(row: Row): MadeMedia | undefined {
  const type = textIn(row, "media");
  return type === undefined ? undefined : { type, bytes: row["bytes"] === true };
}

/** What a function says of its rows. */
function tableOf(row: Row, out: readonly Argument[]): Table {
  const columns = new Map<string, Column>(
    out.map(({ name, type }) => [name, { name, type, required: false, value: undefined, represents: undefined }]),
  );
  const name = out.length === 0 ? "" : String(row["name"]);
  const nothing = { primaryKey: [], computed: new Map(), links: [], handlers: [], allows: nothingAllowed };
  return { schema: String(row["schema"]), name, kind: "type", columns, ...nothing };
}

const nothingAllowed = { insert: false, update: false, delete: false };
