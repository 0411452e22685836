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
] as const;

/** Another text whenever something of the catalog was added, changed or taken away: each version of a row has the number of who wrote it. */
const mark = catalogs
  .map(
    ([table, own]) => `(SELECT count(*) || '/' || sum(xmin::text::bigint) FROM ${table} WHERE ${own} >= ${firstOwn})`,
  )
  .join(", ");

/** Source: PostgreSQL 15 documentation, 53. System Catalogs. */
export const catalogQueries = {
  // Of the primary, which knows first.
  mark: toStatement(`SELECT concat_ws(' ', ${mark}) AS mark`, false),
  columns: toStatement(
    `SELECT n.nspname AS schema, c.relname AS "table", c.relkind::text AS kind, c.oid::text AS id, a.attname AS name, a.attnum AS position,
       format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS required,
       CASE WHEN a.attidentity <> '' THEN format('nextval(%L)', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname))
         WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault) END AS value
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
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
    `SELECT r.ev_class::text AS id, r.ev_action::text AS action
     FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('v', 'm') AND r.ev_type = '1' AND ${noSystem}`,
    true,
  ),
  routines: toStatement(
    `SELECT n.nspname AS schema, p.proname AS name, p.provolatile = 'v' AS volatile, p.proretset AS set, p.prorows = 1 AS one_row,
       p.provariadic <> 0 AS variadic, p.pronargdefaults AS defaults, p.proargmodes::text[] AS modes, p.proargnames AS names,
       ARRAY(SELECT format_type(u.type, NULL) FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
         WITH ORDINALITY AS u(type, position) ORDER BY u.position) AS types,
       format_type(p.prorettype, NULL) AS returns, t.typtype::text AS returns_kind, t.typrelid::text AS returns_table,
       (SELECT a.typrelid::text FROM pg_type a WHERE p.pronargs = 1 AND a.oid = p.proargtypes[0] AND a.typrelid <> 0) AS takes_table
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_type t ON t.oid = p.prorettype
     WHERE p.prokind = 'f' AND t.typname NOT IN ('trigger', 'event_trigger', 'internal') AND ${noSystem}
     ORDER BY n.nspname, p.proname, p.oid`,
    true,
  ),
  types: toStatement(
    `SELECT t.typname AS name, format_type(t.oid, NULL) AS type FROM pg_type t
     WHERE pg_type_is_visible(t.oid) AND t.typtype IN ('b', 'd', 'e', 'r', 'm') AND t.typname !~ '^_'`,
    true,
  ),
} as const;
