/** What the database says of a schema to who asks, besides what the catalog knows. */
export interface Described {
  readonly comment: string | null;
  readonly tables: readonly DescribedTable[];
  readonly routines: readonly DescribedRoutine[];
}

export interface DescribedTable {
  readonly name: string;
  readonly comment: string | null;
  readonly columns: readonly DescribedColumn[];
}

export interface DescribedColumn {
  readonly name: string;
  readonly comment: string | null;
  /** With its schema, where that is none of the system's. */
  readonly type: string;
  readonly required: boolean;
  readonly length: number | null;
  /** Expression of its default. */
  readonly value: string | null;
  /** Values of its enumeration. */
  readonly labels: readonly string[] | null;
}

export interface DescribedRoutine {
  readonly name: string;
  readonly comment: string | null;
  readonly volatile: boolean;
  readonly parameters: readonly DescribedParameter[];
}

export interface DescribedParameter {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

const base = "CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END";
const modifier = "CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END";
/** A modifier counts its own four bytes with characters, and not with bits. */
const length = `CASE WHEN ${modifier} < 0 THEN NULL WHEN b.oid IN ('bpchar'::regtype, 'varchar'::regtype) THEN ${modifier} - 4
  WHEN b.oid IN ('bit'::regtype, 'varbit'::regtype) THEN ${modifier} END`;
/** Whether the server wrote the schema into the name depends on where it looks for names. */
const type = `CASE WHEN b.typnamespace = 'pg_catalog'::regnamespace OR format_type(b.oid, NULL) LIKE '%.%' THEN format_type(b.oid, NULL)
  ELSE quote_ident(bn.nspname) || '.' || format_type(b.oid, NULL) END`;

const columns = `SELECT json_agg(json_build_object(
    'name', a.attname, 'comment', col_description(c.oid, a.attnum), 'type', ${type}, 'length', ${length},
    'required', a.attnotnull OR t.typnotnull, 'value', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = b.oid)) ORDER BY a.attnum)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = ${base}
    JOIN pg_namespace bn ON bn.oid = b.typnamespace LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const tables = `SELECT json_agg(json_build_object(
    'name', c.relname, 'comment', obj_description(c.oid, 'pg_class'), 'columns', coalesce((${columns}), '[]')) ORDER BY c.relname)
  FROM pg_class c
  WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND ($2 OR pg_has_role(c.relowner, 'USAGE') OR has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
      OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))`;

const parameters = `SELECT json_agg(json_build_object('name', u.name, 'type', format_type(u.type, NULL), 'variadic', u.variadic,
    'required', u.place <= p.pronargs - p.pronargdefaults) ORDER BY u.place)
  FROM (SELECT coalesce(g.name, '') AS name, g.type, coalesce(g.mode, 'i') = 'v' AS variadic, row_number() OVER (ORDER BY g.at) AS place
    FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes) WITH ORDINALITY AS g(type, name, mode, at)
    WHERE g.type IS NOT NULL AND coalesce(g.mode, 'i') IN ('i', 'b', 'v')) AS u`;

const routines = `SELECT json_agg(json_build_object('name', p.proname, 'comment', obj_description(p.oid, 'pg_proc'),
    'volatile', p.provolatile = 'v', 'parameters', coalesce((${parameters}), '[]')) ORDER BY p.proname, p.oid)
  FROM pg_proc p
  WHERE p.pronamespace = n.oid AND p.prokind = 'f' AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
    AND ($2 OR has_function_privilege(p.oid, 'EXECUTE'))`;

/** Binds: the name of the schema, and whether what the role may not touch is told too. Source: PostgreSQL 15 documentation, 53. System Catalogs. */
export const describedSql = `SELECT json_build_object('comment', obj_description(n.oid, 'pg_namespace'),
    'tables', coalesce((${tables}), '[]'), 'routines', coalesce((${routines}), '[]'))::text AS body
  FROM pg_namespace n WHERE n.nspname = $1`;
