import type { FieldOptions } from "../options/endpoint.ts";

interface Described {
  readonly table: string;
  readonly fields: Readonly<Record<string, Pick<FieldOptions, "references">>>;
}

/** A table comes after those that it refers to. */
export function referencedFirst<T extends Described>(wanted: readonly T[]): readonly T[] {
  const names = new Set(wanted.map(({ table }) => table));
  const done = new Set<string>();
  const ordered: T[] = [];
  const visit = (one: T): void => {
    if (done.has(one.table)) return;
    done.add(one.table);
    for (const { references } of Object.values(one.fields)) {
      const other = references?.split(".")[0] ?? "";
      for (const before of names.has(other) ? wanted : []) if (before.table === other) visit(before);
    }
    ordered.push(one);
  };
  wanted.forEach(visit);
  return ordered;
}
