import type { Routine, RoutineParameter } from "../catalog/catalog.ts";
import type { SqlBuilder } from "./builder.ts";
import { qualified, quote } from "./builder.ts";
import { arrayLiteral } from "./condition.ts";

/** What a function is given. */
export type CallArguments =
  /** Texts of the query, by parameter. */
  | { readonly kind: "texts"; readonly texts: ReadonlyMap<string, readonly string[]> }
  /** Members of a JSON object, or of the first of a list. */
  | { readonly kind: "object"; readonly text: string; readonly names: readonly string[]; readonly list: boolean }
  /** The body as it is, for the one parameter without a name. */
  | { readonly kind: "body"; readonly value: unknown };

/** A call, and what must stand before it in FROM. */
export interface Call {
  readonly text: string;
  /** Empty, or ends with a comma. */
  readonly from: string;
}

const args = "pgrst_args";

/** `"public"."add"("a" := $1::integer)` */
export function callSql(sql: SqlBuilder, routine: Routine, given: CallArguments): Call {
  const name = qualified(routine);
  const { parameters } = routine;
  if (given.kind === "body") {
    const [only] = parameters;
    return { text: `${name}(${sql.bind(given.value)}::${only?.type ?? "json"})`, from: "" };
  }
  if (given.kind === "texts") return { text: `${name}(${textsSql(sql, parameters, given.texts)})`, from: "" };
  const named = parameters.filter((parameter) => given.names.includes(parameter.name));
  if (named.length === 0) return { text: `${name}()`, from: "" };
  const definitions = named.map((parameter) => `${quote(parameter.name)} ${parameter.type}`).join(", ");
  const values = named.map(
    ({ name: parameter, variadic }) =>
      `${variadic ? "VARIADIC " : ""}${quote(parameter)} := ${args}.${quote(parameter)}`,
  );
  const from = `json_to_record(${sql.bind(given.text)}::json${given.list ? "->0" : ""}) AS ${args}(${definitions}), `;
  return { text: `${name}(${values.join(", ")})`, from };
}

function textsSql(
  sql: SqlBuilder,
  parameters: readonly RoutineParameter[],
  texts: ReadonlyMap<string, readonly string[]>,
): string {
  return parameters
    .flatMap(({ name, type, variadic }) => {
      const given = texts.get(name);
      if (given === undefined) return [];
      const value = variadic && !given.at(0)?.startsWith("{") ? arrayLiteral(given) : given.at(-1);
      const named = name === "" ? "" : `${quote(name)} := `;
      return [`${variadic ? "VARIADIC " : ""}${named}${sql.bind(value)}::${type}`];
    })
    .join(", ");
}
