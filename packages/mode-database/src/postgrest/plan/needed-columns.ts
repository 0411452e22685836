import type { Level } from "./level.ts";

/** Columns that a level's answer is made of; `undefined` for the whole row. Who may read some columns only can be answered with those. */
export function neededColumns(level: Level): readonly string[] | undefined {
  const { table, select, children, order } = level;
  const asked = select.flatMap((item) => {
    if (item.kind === "star") return [undefined];
    return item.kind === "column" && item.field !== undefined ? [item.field.column] : [];
  });
  const ordered = order.flatMap(({ relation, field }) => (relation === undefined ? [field.column] : []));
  const linked = children.flatMap(({ link }) =>
    link.routine === undefined ? link.columns.map(([own]) => own) : [undefined],
  );
  const names = [...new Set([...asked, ...ordered, ...linked])];
  // What a function computes needs the row.
  return names.every((name) => name !== undefined && table.columns.has(name)) ? (names as string[]) : undefined;
}
