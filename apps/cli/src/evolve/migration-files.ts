import { join, normalize } from "node:path";
import type { TableDesign } from "@backworks/core";
import type { FileChange } from "./changes.ts";
import type { Target } from "./target.ts";

/** The two files of a migration that makes tables, named after the time as `db migrate create` does. */
export function migrationFiles({
  target,
  design,
  title,
  now,
}: {
  readonly target: Target;
  readonly design: TableDesign;
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}): readonly FileChange[] {
  const { dir = "./migrations" } = (target.options["migrations"] ?? {}) as { readonly dir?: string };
  const stamp = new Date(now).toISOString().replace(/\D/g, "").slice(0, 14);
  const name = join(normalize(dir), `${stamp}_${title.toLowerCase()}`);
  return [
    { file: `${name}.sql`, text: toText(design.up), before: undefined },
    { file: `${name}.down.sql`, text: toText(design.down), before: undefined },
  ];
}

function toText(statements: readonly string[]): string {
  return statements.map((sql) => `${readable(sql)};\n`).join("\n");
}

/** A table with each column on a line of its own. */
function readable(sql: string): string {
  const head = /^create table [^(]+\(/i.exec(sql)?.[0];
  if (head === undefined || !sql.endsWith(")")) return sql;
  const columns = splitColumns(sql.slice(head.length, -1));
  return columns === undefined ? sql : `${head}\n${columns.map((column) => `  ${column}`).join(",\n")}\n)`;
}

/** At the commas outside of quotes and brackets; `undefined` when the brackets do not close. */
function splitColumns(text: string): readonly string[] | undefined {
  const columns = [""];
  let depth = 0;
  for (const [token] of text.matchAll(/'(?:''|[^'])*'|"(?:""|[^"])*"|`(?:``|[^`])*`|[(),]|[^'"`(),]+/g)) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (depth < 0) return undefined;
    if (token === "," && depth === 0) columns.push("");
    else columns.push((columns.pop() ?? "") + token);
  }
  return depth === 0 ? columns.map((column) => column.trim()) : undefined;
}
