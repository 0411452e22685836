import { BackworksError, suggest } from "@backworks/core";
import { relationNames } from "@backworks/core/query";
import type { Schema, Table } from "@backworks/core/query";
import type { RuleOptions } from "../options/crud.ts";
import type { Collection, Collections } from "./collection.ts";
import { linkOf } from "./relation.ts";
import { embedTargets } from "./view.ts";

type Path = readonly (string | number)[];

/** Everything that an endpoint says of its table and that the database does not bear out. */
export function checkCollection(
  full: Schema,
  collection: Collection,
  collections: Collections,
): readonly BackworksError[] {
  const table = full.table(collection.table);
  if (table === undefined) return [unknownTable(full, collection)];
  const mistakes: BackworksError[] = [];
  const wrong: Report = (path, problem, hint) => {
    const name = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    const details = { path: `database${name}`, problem };
    mistakes.push(new BackworksError("BW_CONFIG_WRONG_VALUE", details, { where: collection.place(path), hint }));
  };
  checkKey(collection, table, wrong);
  checkColumns(collection, table, wrong);
  checkAccess(collection, table, wrong);
  checkEmbeds(collection, { full, table }, wrong);
  checkRelations(collection, { full, collections }, wrong);
  return mistakes;
}

type Report = (path: Path, problem: string, hint?: string) => void;

function unknownTable(full: Schema, { database, table, place }: Collection): BackworksError {
  const near = suggest(table, full.names);
  const hint = near === undefined ? "describe it with fields, or make it by a migration" : `did you mean ${near}?`;
  return new BackworksError("BW_DATABASE_TABLE", { database: database.name, table }, { where: place(["table"]), hint });
}

/** Rows without a key have no address, and no write could say which one it means. */
function checkKey({ table: name, options, writes }: Collection, { primaryKey, columns }: Table, wrong: Report): void {
  if (primaryKey.length === 0 && writes)
    wrong(["table"], `names ${name}, which has no primary key and so can only be read`, "write methods: [GET]");
  const version = options.version_column;
  const type = version === undefined ? undefined : columns?.get(version)?.type.name;
  if (type !== undefined && type !== "integer")
    wrong(["version_column"], `names ${version}, which holds no whole numbers`);
}

function checkColumns({ options, pathColumns }: Collection, table: Table, wrong: Report): void {
  const { expose, version_column: version } = options;
  for (const [index, name] of (expose?.columns ?? []).entries())
    checkName(table, name, (problem, hint) => wrong(["expose", "columns", index], problem, hint));
  if (version !== undefined) checkName(table, version, (problem, hint) => wrong(["version_column"], problem, hint));
  for (const name of pathColumns)
    checkName(table, name, (problem) =>
      wrong(["auto_crud"], `takes the parameter ${name} of the path for a column, and ${problem}`),
    );
}

function checkName(
  { name: table, columns }: Table,
  name: string,
  report: (problem: string, hint?: string) => void,
): void {
  if (columns === undefined || columns.has(name)) return;
  const near = suggest(name, columns.keys());
  const hint = near === undefined ? `columns are ${[...columns.keys()].join(", ")}` : `did you mean ${near}?`;
  report(`there is no column ${name} in ${table}`, hint);
}

function checkAccess({ options }: Collection, table: Table, wrong: Report): void {
  for (const [role, rules] of Object.entries(options.access ?? {}))
    for (const action of ["read", "write"] as const)
      checkRule(rules[action], ["access", role, action], { table, wrong });
}

function checkRule(
  rule: RuleOptions | undefined,
  path: Path,
  { table, wrong }: { readonly table: Table; readonly wrong: Report },
): void {
  if (typeof rule !== "object") return;
  for (const name of Object.keys(rule.where ?? {}))
    checkName(table, name, (problem, hint) => wrong([...path, "where", name], problem, hint));
  for (const [index, name] of (rule.columns ?? []).entries())
    checkName(table, name, (problem, hint) => wrong([...path, "columns", index], problem, hint));
}

function checkEmbeds(
  { options }: Collection,
  { full, table }: { readonly full: Schema; readonly table: Table },
  wrong: Report,
): void {
  for (const [index, name] of (options.expose?.embed ?? []).entries()) {
    if (embedTargets(full, table, name).length > 0) continue;
    const known = [...new Set([...relationNames(full, table), ...full.names])];
    const near = suggest(name, known);
    const hint =
      near === undefined ? `relations are ${relationNames(full, table).join(", ")}` : `did you mean ${near}?`;
    wrong(["expose", "embed", index], `names ${name}, which is neither a table nor a relation of ${table.name}`, hint);
  }
}

function checkRelations(
  { options, table: parent, database }: Collection,
  { full, collections }: { readonly full: Schema; readonly collections: Collections },
  wrong: Report,
): void {
  const all = collections.of(database);
  for (const [name, { resource, key }] of Object.entries(options.relations ?? {})) {
    const child = all.find((one) => one.name === resource);
    const names = all.map((one) => one.name);
    if (child === undefined) {
      const near = suggest(resource, names);
      const hint = near === undefined ? `such endpoints are ${names.join(", ")}` : `did you mean ${near}?`;
      wrong(
        ["relations", name, "resource"],
        `names ${resource}, and no endpoint of that name has auto_crud in this database`,
        hint,
      );
      continue;
    }
    const link = linkOf(full, { parent, child: child.table, key });
    if ("problem" in link) wrong(["relations", name], link.problem);
  }
}
