import fc from "fast-check";
import { openTestDatabase } from "./open-database.ts";
import { postgrestSchema } from "./postgrest-schema.ts";
import { startDatabase } from "./database-rig.ts";
import type { TestDatabase } from "./servers.ts";

/** A request that a property makes up. */
export interface MadeUp {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface PostgrestTools extends AsyncDisposable {
  /** Texts of the statements that the server knows of. */
  readonly texts: readonly string[];
  /** Requests whose every free word has the mark. */
  request(mark: string): fc.Arbitrary<MadeUp>;
  send(request: MadeUp): Promise<void>;
}

/** Serves an endpoint and listens to what it prepares. */
export async function postgrestTools(target: TestDatabase): Promise<PostgrestTools> {
  const own = await openTestDatabase(target);
  for (const statement of postgrestSchema) await own.query(statement);
  const rig = await startDatabase(
    { ...target, url: own.url },
    "endpoints: { rest: { path: /, database: { dialect: postgrest, postgrest: { aggregates: true } } } }\n",
    { settings: "pool: { min_connections: 1, max_connections: 1 }" },
  );
  const texts = new Set<string>();
  return {
    get texts() {
      return [...texts];
    },
    request: requestOf,
    async send({ method, path, headers, body }) {
      const answer = await rig.app.fetch(path, { method, headers, ...(body === undefined ? {} : { body }) });
      if (answer.status === 500) throw new Error(`${method} ${path} ${await answer.text()}`);
      const { rows } = await rig.run("SELECT statement FROM pg_prepared_statements");
      for (const row of rows) texts.add(String(row["statement"]));
    },
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

const columns = ["id", "name", "client_id", "budget", "tags", "data", "project_label"] as const;
const operators = ["eq", "neq", "gt", "like", "ilike", "match", "cs", "fts", "in", "is"] as const;

function requestOf(mark: string): fc.Arbitrary<MadeUp> {
  const column = fc.constantFrom(...columns);
  const word = fc.string({ maxLength: 6 }).map((text) => `${mark}${text.replaceAll(/[^\w'";\\$ -]/g, "")}`);
  const alias = word.map((text) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`);
  const item = fc.oneof(
    column,
    fc.tuple(alias, column).map(([name, one]) => `${name}:${one}`),
    alias.map((key) => `data->${key}`),
    alias.map((key) => `tags->>${key}`),
    fc.tuple(alias, alias).map(([name, other]) => `${name}:clients(id,${other}:name)`),
    alias.map((name) => `${name}:tasks(title)`),
    alias.map((name) => `${name}:id.count()`),
  );
  // What is not there ends a request before it has a statement.
  const wrong = fc.oneof(
    word.map((name) => `id::${name}`),
    word,
  );
  const items = fc.oneof(
    { weight: 8, arbitrary: fc.array(item, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.tuple(item, wrong) },
  );
  const filter = fc.tuple(column, fc.constantFrom(...operators), word).map(([one, operator, text]) => {
    if (operator === "is") return `${one}=is.null`;
    return `${one}=${operator}.${operator === "in" ? `("${text.replaceAll(/["\\]/g, "\\$&")}",2)` : text}`;
  });
  const query = fc
    .tuple(items, fc.array(filter, { maxLength: 3 }), fc.nat(20))
    .map(([select, filters, limit]): [string, string][] => [
      ["select", select.join(",")],
      ["limit", String(limit)],
      ...filters.map(splitAt),
    ]);
  const search = query.map((pairs) => new URLSearchParams(pairs).toString());
  const json = fc
    .dictionary(fc.oneof(column, word), fc.oneof(word, fc.nat()), { maxKeys: 4 })
    .map((value) => JSON.stringify(value));
  const type = { "content-type": "application/json" };
  const prefer = fc.constantFrom(
    "count=exact",
    "return=representation",
    "return=headers-only,tx=rollback",
    "missing=default",
    `timezone=${mark}`,
  );
  return fc.oneof(
    fc.tuple(search, prefer).map(([text, wish]) => ({
      method: "GET",
      path: `/projects?${text}`,
      headers: { prefer: wish },
      body: undefined,
    })),
    fc.tuple(search, prefer, json).map(([text, wish, body]) => ({
      method: "POST",
      path: `/projects?${text}`,
      headers: { ...type, prefer: `tx=rollback,${wish}` },
      body,
    })),
    fc.tuple(search, prefer, json).map(([text, wish, body]) => ({
      method: "PATCH",
      path: `/projects?${text}`,
      headers: { ...type, prefer: `tx=rollback,${wish}` },
      body,
    })),
    fc.tuple(search, prefer).map(([text, wish]) => ({
      method: "GET",
      path: `/rpc/all_projects?${text}`,
      headers: { prefer: wish },
      body: undefined,
    })),
    word.map((text) => ({ method: "POST", path: "/rpc/shout", headers: { "content-type": "text/plain" }, body: text })),
    word.map((text) => ({ method: "GET", path: `/${encodeURIComponent(text)}`, headers: {}, body: undefined })),
  );
}

function splitAt(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}
