import { toStatement } from "../../statement.ts";

const noSystem = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;

/** The first number of what is no part of the system. Source: PostgreSQL 15 documentation, `FirstNormalObjectId`. */
const firstOwn = 16384;

/** Tables of the system that say something of what is not its own, with the column that tells so. */
const catalogs = [
  ["pg_namespace", "oid"],
  ["pg_class", "oid"],
  ["pg_attribute", "attrelid"],
  ["pg_attrdef", "adrelid"],
  ["pg_constraint", "oid"],
  ["pg_rewrite", "ev_class"],
  ["pg_proc", "oid"],
  ["pg_type", "oid"],
  ["pg_cast", "oid"],
] as const;

/** Another text whenever something of the catalog was added, changed or taken away: each version of a row has the number of who wrote it. */
const mark = catalogs
  .map(
    ([table, own]) => `(SELECT count(*) || '/' || sum(xmin::text::bigint) FROM ${table} WHERE ${own} >= ${firstOwn})`,
  )
  .join(", ");

/** A domain of this name is a media type. */
const isMedia = `t.typtype = 'd' AND (t.typname ~* '^[a-z0-9.-]+/[a-z0-9.+-]+$' OR t.typname = '*/*')`;

/** The function of a cast that the server makes by itself, for a column of a domain. */
function castOf(source: string, target: string): string {
  return `CASE WHEN t.typtype = 'd' THEN (SELECT format('%I.%I', fn.nspname, f.proname) FROM pg_cast k
    JOIN pg_proc f ON f.oid = k.castfunc JOIN pg_namespace fn ON fn.oid = f.pronamespace
    WHERE k.castcontext = 'i' AND k.castsource = ${source} AND k.casttarget = ${target}) END`;
}

/** Type of a parameter: a length that is said of it does not hold, so that it must not be cut. */
const parameterType = (type: string): string =>
  `CASE ${type} WHEN 'bpchar'::regtype THEN 'bpchar' WHEN 'bpchar[]'::regtype THEN 'bpchar[]'
    WHEN 'pg_catalog.bit'::regtype THEN 'bit varying' WHEN 'pg_catalog.bit[]'::regtype THEN 'bit varying[]' ELSE format_type(${type}, NULL) END`;

/** Source: PostgreSQL 15 documentation, 53. System Catalogs. */
export const catalogQueries = {
  // Of the primary, which knows first.
  mark: toStatement(`SELECT concat_ws(' ', ${mark}) AS mark`, false),
  columns: toStatement(
    `SELECT n.nspname AS schema, c.relname AS "table", c.relkind::text AS kind, c.oid::text AS id, a.attname AS name, a.attnum AS position,
       format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS required,
       CASE WHEN a.attidentity <> '' THEN format('nextval(%L)', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname))
         WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault) END AS value,
       ${castOf("t.oid", "'json'::regtype")} AS to_json, ${castOf("'json'::regtype", "t.oid")} AS from_json,
       ${castOf("'text'::regtype", "t.oid")} AS from_text
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       LEFT JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND NOT c.relispartition AND ${noSystem}
     ORDER BY n.nspname, c.relname, a.attnum`,
    true,
  ),
  keys: toStatement(
    `SELECT k.oid::text AS id, k.conname AS name, k.contype::text AS kind, k.conrelid::text AS own, k.confrelid::text AS other,
       k.conkey AS columns, k.confkey AS others
     FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
     WHERE k.contype IN ('p', 'u', 'f') AND k.conparentid = 0 AND ${noSystem} ORDER BY k.conrelid, k.conname`,
    true,
  ),
  views: toStatement(
    `SELECT r.ev_class::text AS id, r.ev_action::text AS action, pg_relation_is_updatable(c.oid, true) AS allows
     FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('v', 'm') AND r.ev_type = '1' AND ${noSystem}`,
    true,
  ),
  routines: toStatement(
    `SELECT n.nspname AS schema, p.proname AS name, p.provolatile = 'v' AS volatile, p.proretset AS set, p.prorows = 1 AS one_row,
       p.provariadic <> 0 AS variadic, p.pronargdefaults AS defaults, p.proargmodes::text[] AS modes, p.proargnames AS names,
       ARRAY(SELECT ${parameterType("u.type")} FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
         WITH ORDINALITY AS u(type, position) ORDER BY u.position) AS types,
       format_type(p.prorettype, NULL) AS returns, b.typtype::text AS returns_kind, b.typrelid::text AS returns_table,
       CASE WHEN ${isMedia} THEN lower(t.typname) END AS media, b.oid = 'bytea'::regtype AS bytes,
       (SELECT a.typrelid::text FROM pg_type a WHERE p.pronargs = 1 AND a.oid = p.proargtypes[0] AND a.typrelid <> 0) AS takes_table
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_type t ON t.oid = p.prorettype
       JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
     WHERE p.prokind = 'f' AND t.typname NOT IN ('trigger', 'event_trigger', 'internal') AND ${noSystem}
     ORDER BY n.nspname, p.proname, p.oid`,
    true,
  ),
  handlers: toStatement(
    `SELECT n.nspname AS schema, p.proname AS name, lower(t.typname) AS media, t.typbasetype = 'bytea'::regtype AS bytes,
       nullif(a.typrelid, 0)::text AS takes_table
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_type t ON t.oid = p.prorettype
       JOIN pg_type a ON a.oid = p.proargtypes[0]
     WHERE p.prokind = 'a' AND p.pronargs = 1 AND (a.typrelid <> 0 OR a.oid = 'anyelement'::regtype) AND ${isMedia} AND ${noSystem}
     ORDER BY n.nspname, p.proname, p.oid`,
    true,
  ),
  // Of what the connection finds by its name alone.
  types: toStatement(
    `SELECT t.typname AS name, CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN format_type(t.oid, NULL)
       ELSE quote_ident(n.nspname) || '.' || quote_ident(t.typname) END AS type
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE pg_type_is_visible(t.oid) AND t.typtype IN ('b', 'd', 'e', 'r', 'm') AND t.typname !~ '^_'`,
    true,
  ),
} as const;
