import { plain } from "./paint.ts";

/** Rows as columns of equal width, two spaces between them; colours do not count. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))));
  }
  return rows.map((row) => formatRow(row, widths)).join("\n");
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) =>
      column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)),
    )
    .join("  ")
    .trimEnd();
}

/** In terminal columns: wide characters count twice, combining marks not at all. */
function widthOf(cell: string): number {
  let width = 0;
  for (const character of plain(cell).replace(/\p{Mark}/gu, "")) width += wide.test(character) ? 2 : 1;
  return width;
}

/** Source: Unicode Standard Annex 11, East Asian Width W and F, and emoji shown as pictures. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
