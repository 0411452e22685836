import type { ErrorCode, Exchange, ModeTemplate, ModeTemplates, Place, ProjectFiles } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import type { Lexicon } from "./lexicon.ts";
import { parseSql } from "./parse.ts";
import type { Slot } from "./parse.ts";
import { SqlProblem } from "./problem.ts";

/** A statement with the values it gets of a request. */
export interface CompiledSql {
  /** Never holds anything of a request. */
  readonly text: string;
  /** Whether it changes nothing. */
  readonly reads: boolean;
  /** Whether a value is taken from the request's body. */
  readonly usesBody: boolean;
  /** The values of one request, in order. @throws BW_TEMPLATE_MISSING, BW_TEMPLATE_FAILED */
  binds(exchange: Exchange): unknown[];
}

/** Where a statement stands and what it is written for. */
export interface SqlSource {
  readonly lexicon: Lexicon;
  /** How the value at a position, from 1, is written. */
  placeholder(position: number): string;
  readonly templates: ModeTemplates;
  readonly files: ProjectFiles;
  readonly parameters: readonly string[];
  /** What it is called in messages: `endpoints.users.database.query`. */
  readonly path: string;
  readonly where: Place;
  /** `params:` with the place of each. */
  readonly params: readonly unknown[];
  placeOfParam(index: number): Place;
}

/** Compiles a statement of the configuration. @throws BW_DATABASE_SQL, BW_CONFIG_INVALID */
export function compileSql(sql: string, source: SqlSource): CompiledSql {
  const { pieces, slots, reads } = parse(sql, source);
  refuseParameters(slots, source);
  const values = slots.map((slot) => toTemplate(slot, source));
  const text = pieces.map((piece, index) => (index === 0 ? piece : source.placeholder(index) + piece)).join("");
  return {
    text: text.trim(),
    reads,
    usesBody: values.some(({ usesBody }) => usesBody),
    binds: (exchange) => values.map((value) => value.evaluate(exchange)),
  };
}

function parse(sql: string, source: SqlSource): ReturnType<typeof parseSql> {
  try {
    return parseSql(sql, source.lexicon);
  } catch (error) {
    if (!(error instanceof SqlProblem)) throw error;
    const near = excerpt(sql, error.at);
    const hint = error.hint === undefined ? `it stands at ${near}` : `at ${near}: ${error.hint}`;
    throw refusal(source, error.message, hint);
  }
}

/** A few characters of the statement from an offset on, on one line. */
function excerpt(sql: string, at: number): string {
  return sql
    .slice(at, at + 24)
    .replace(/\s+/g, " ")
    .trim();
}

function toTemplate(
  slot: Slot,
  { templates, files, parameters, where, params, placeOfParam }: SqlSource,
): ModeTemplate {
  const own = slot.kind === "template";
  const place = (): Place => (own ? where : placeOfParam(slot.index));
  return templates.compile(own ? slot.source : params[slot.index], { place, files, parameters });
}

/** Every parameter has a value and every value a parameter. */
function refuseParameters(slots: readonly Slot[], source: SqlSource): void {
  const used = new Set(slots.flatMap((slot) => (slot.kind === "parameter" ? [slot.index] : [])));
  const missing = [...used].find((index) => index >= source.params.length);
  if (missing !== undefined)
    throw refusal(source, `$${missing + 1} has no value`, `params has ${source.params.length}: give it one more`);
  const spare = source.params.findIndex((_value, index) => !used.has(index));
  if (spare >= 0)
    throw refusal(source, `value ${spare + 1} of params is not used`, `write $${spare + 1} where it belongs`);
}

function refusal({ path, where }: SqlSource, problem: string, hint: string): BackworksError {
  return new BackworksError("BW_DATABASE_SQL" satisfies ErrorCode, { path, problem }, { where, hint });
}
