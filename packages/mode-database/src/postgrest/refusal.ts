/** What PostgREST answers instead of rows. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details?: RefusalDetails | undefined;
  readonly hint?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

type RefusalDetails = string | readonly Readonly<Record<string, string>>[];

/** Carries a refusal to where it is answered. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = "Refused";
    this.refusal = refusal;
  }
}

/** Makes an error of a code. Source: https://docs.postgrest.org/en/v12/references/errors.html */
function refuse(
  [status, code]: readonly [status: number, code: string],
  message: string,
  more: Pick<Refusal, "details" | "hint" | "headers"> = {},
): Refused {
  return new Refused({ status, code, message, ...more });
}

export const refusals = {
  /** No connection can be opened. */
  away: (headers: Refusal["headers"]) =>
    refuse([503, "PGRST000"], "Database connection error. Retrying the connection.", { headers }),
  /** A connection was lost in the midst of a statement. */
  lost: (headers: Refusal["headers"]) =>
    refuse([503, "PGRST001"], "Database client error. Retrying the connection.", { headers }),
  /** Others have all connections. */
  busy: (headers: Refusal["headers"]) =>
    refuse([504, "PGRST003"], "Timed out acquiring connection from connection pool.", { headers }),
  /** As long as nothing is known of the database. */
  catalog: (headers: Refusal["headers"]) =>
    refuse([503, "PGRST002"], "Could not query the database for the schema cache. Retrying.", { headers }),
  query: (message: string, details: string | undefined, hint: string | undefined) =>
    refuse([400, "PGRST100"], message, { details, hint }),
  blankColumns: () =>
    refuse([400, "PGRST100"], '"failed to parse columns parameter ()" (line 1, column 1)', {
      details: "unexpected end of input expecting field name (* or [a..z0..9_$])",
    }),
  method: (method: string) => refuse([405, "PGRST101"], `Cannot use the ${method} method on RPC`),
  body: (message: string) => refuse([400, "PGRST102"], message),
  contentType: (type: string) => refuse([400, "PGRST102"], `Content-Type not acceptable: ${type}`),
  range: (details: string, total?: number) =>
    refuse([416, "PGRST103"], "Requested range not satisfiable", {
      details,
      headers: total === undefined ? undefined : { "content-range": `*/${total}` },
    }),
  putFilters: () =>
    refuse([405, "PGRST105"], "Filters must include all and only primary key columns with 'eq' operators"),
  schema: (schema: string, known: readonly string[]) =>
    refuse([406, "PGRST106"], `Invalid schema: ${schema}`, {
      hint: `Only the following schemas are exposed: ${known.join(", ")}`,
    }),
  media: (accept: string) => refuse([406, "PGRST107"], `None of these media types are available: ${accept}`),
  notEmbedded: (name: string) =>
    refuse([400, "PGRST108"], `'${name}' is not an embedded resource in this request`, {
      hint: `Verify that '${name}' is included in the 'select' query parameter.`,
    }),
  limitOrder: () =>
    refuse([400, "PGRST109"], "A 'limit' was applied without an explicit 'order'", {
      hint: "Apply an 'order' using unique column(s)",
    }),
  responseHeaders: () =>
    refuse(
      [500, "PGRST111"],
      "response.headers guc must be a JSON array composed of objects with a single key and a string value",
    ),
  responseStatus: () => refuse([500, "PGRST112"], "response.status guc must be a valid status code"),
  putLimit: () => refuse([400, "PGRST114"], "limit/offset querystring parameters are not allowed for PUT"),
  putKey: () => refuse([400, "PGRST115"], "Payload values do not match URL in primary key column(s)"),
  singular: (rows: number) =>
    refuse([406, "PGRST116"], "Cannot coerce the result to a single JSON object", {
      details: `The result contains ${rows} rows`,
    }),
  relatedOrder: (name: string, table: string) =>
    refuse([400, "PGRST118"], `A related order on '${name}' is not possible`, {
      details: `'${table}' and '${name}' do not form a many-to-one or one-to-one relationship`,
    }),
  embedFilter: (name: string) =>
    refuse([400, "PGRST120"], `Bad operator on the '${name}' embedded resource`, {
      details: "Only is null or not is null filters are allowed on embedded resources",
    }),
  raise: (details: string, hint: string) =>
    refuse([500, "PGRST121"], "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error", { details, hint }),
  preferences: (invalid: readonly string[]) =>
    refuse([400, "PGRST122"], "Invalid preferences given with handling=strict", {
      details: `Invalid preferences: ${invalid.join(", ")}`,
    }),
  aggregates: () => refuse([400, "PGRST123"], "Use of aggregate functions is not allowed"),
  maxAffected: (rows: number) =>
    refuse([400, "PGRST124"], "Query result exceeds max-affected preference constraint", {
      details: `The query affects ${rows} rows`,
    }),
  path: () => refuse([404, "PGRST125"], "Invalid path specified in request URL"),
  root: () => refuse([404, "PGRST126"], "Root endpoint metadata is disabled"),
  spreadAggregates: () =>
    refuse([400, "PGRST127"], "Feature not implemented", {
      details: "Aggregates are not implemented for one-to-many or many-to-many spreads.",
    }),
  maxAffectedCall: () =>
    refuse(
      [400, "PGRST128"],
      "Function must return SETOF or TABLE when max-affected preference is used with handling=strict",
    ),
  relation: ({ from, to, schema, hint }: RelationWords, meant: Meant | undefined) =>
    refuse([400, "PGRST200"], `Could not find a relationship between '${from}' and '${to}' in the schema cache`, {
      details: `Searched for a foreign key relationship between '${from}' and '${to}'${
        hint === undefined ? "" : ` using the hint '${hint}'`
      } in the schema '${schema}', but no matches were found.`,
      hint: meant && `Perhaps you meant '${meant.near}' instead of '${meant.wrong}'.`,
    }),
  ambiguousRelation: (
    from: string,
    to: string,
    found: readonly (Readonly<Record<string, string>> & { readonly hint: string })[],
  ) =>
    refuse(
      [300, "PGRST201"],
      `Could not embed because more than one relationship was found for '${from}' and '${to}'`,
      {
        details: found.map(({ hint: _hint, ...rest }) => rest),
        hint: `Try changing '${to}' to one of the following: ${found
          .map(({ hint }) => `'${to}!${hint}'`)
          .join(", ")}. Find the desired relationship in the 'details' key.`,
      },
    ),
  routine: (message: string, details: string, hint: string | undefined) =>
    refuse([404, "PGRST202"], message, { details, hint }),
  ambiguousRoutine: (candidates: readonly string[]) =>
    refuse([300, "PGRST203"], `Could not choose the best candidate function between: ${candidates.join(", ")}`, {
      hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
    }),
  writtenColumn: (column: string, table: string) =>
    refuse([400, "PGRST204"], `Could not find the '${column}' column of '${table}' in the schema cache`),
  table: (schema: string, table: string, near: string | undefined) =>
    refuse([404, "PGRST205"], `Could not find the table '${schema}.${table}' in the schema cache`, {
      hint: near === undefined ? undefined : `Perhaps you meant the table '${schema}.${near}'`,
    }),
  token: (message: string, details?: string) =>
    refuse([401, "PGRST301"], message, { details, headers: { "www-authenticate": invalidToken(message) } }),
  anonymous: () =>
    refuse([401, "PGRST302"], "Anonymous access is disabled", { headers: { "www-authenticate": "Bearer" } }),
  claims: (message: string) =>
    refuse([401, "PGRST303"], message, { headers: { "www-authenticate": invalidToken(message) } }),
  column: (table: string, column: string, near: string | undefined) =>
    refuse([400, "42703"], `column ${table}.${column} does not exist`, {
      hint: near === undefined ? undefined : `Perhaps you meant to reference the column "${table}.${near}".`,
    }),
  conflictColumn: (column: string) => refuse([400, "42703"], `column "${column}" does not exist`),
  type: (type: string) => refuse([400, "42704"], `type "${type}" does not exist`),
} as const;

/** Source: RFC 6750, 3. */
function invalidToken(description: string): string {
  return `Bearer error="invalid_token", error_description="${description}"`;
}

interface RelationWords {
  readonly from: string;
  readonly to: string;
  readonly schema: string;
  readonly hint: string | undefined;
}

/** A word of a request, and the name that it is like. */
interface Meant {
  readonly wrong: string;
  readonly near: string;
}

/** Whether what was not found may have been added after the catalog was read. */
export function mayBeStale(error: unknown): boolean {
  return error instanceof Refused && /^(?:PGRST20[0245]|4270[34])$/.test(error.refusal.code);
}
