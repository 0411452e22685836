/** Where a column of a view comes from. */
export interface ViewColumn {
  /** Its number in the view. */
  readonly position: number;
  /** The table or view that has it. */
  readonly table: string;
  /** Its number there. */
  readonly column: number;
}

const entry = /:resno (\d+) [^]*?:resorigtbl (\d+) :resorigcol (\d+)/;

/**
 * Columns of a view that show a column of a table, read off the tree that the server keeps of it (`pg_rewrite.ev_action`).
 *
 * Every entry of its target list names the table and the column it stands for, or 0. Lists of queries within stand deeper.
 */
export function readViewColumns(action: string): readonly ViewColumn[] {
  return entriesOf(action).flatMap((text) => {
    const [, position, table, column] = entry.exec(text) ?? [];
    if (position === undefined || table === undefined || table === "0" || column === "0") return [];
    return [{ position: Number(position), table, column: Number(column) }];
  });
}

const opening = "TARGETENTRY ";
/** Depth of an entry of the outermost list: within the braces of the query. */
const entryDepth = 2;

function entriesOf(action: string): readonly string[] {
  const entries: string[] = [];
  let depth = 0;
  let start = -1;
  for (let at = 0; at < action.length; at += 1) {
    const character = action[at];
    // What belongs to a name is escaped.
    if (character === "\\") at += 1;
    else if (character === "{") {
      depth += 1;
      if (depth === entryDepth && action.startsWith(opening, at + 1)) start = at;
    } else if (character === "}") {
      if (depth === entryDepth && start >= 0) entries.push(tailOf(action.slice(start, at)));
      if (depth === entryDepth) start = -1;
      depth -= 1;
    }
  }
  return entries;
}

/** What an entry says of itself stands behind its expression. */
function tailOf(text: string): string {
  return text.slice(text.lastIndexOf(":resno "));
}
