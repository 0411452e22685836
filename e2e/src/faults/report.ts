/** What a fault measured. */
export interface Report {
  /** Adds a line to the table: what, how much, and how much it may be. */
  row(what: string, value: number | string, bar?: string): void;
  /** Writes the table to standard output. */
  print(): void;
}

export function createReport(title: string): Report {
  const rows: (readonly [string, string, string])[] = [];
  return {
    row: (what, value, bar = "") => void rows.push([what, shown(value), bar]),
    print() {
      const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
      const lines = rows.map(([what, value, bar]) =>
        `  ${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${bar}`.trimEnd(),
      );
      process.stdout.write(`\n${title}\n${lines.join("\n")}\n`);
    },
  };
}

function shown(value: number | string): string {
  if (typeof value === "string" || Number.isInteger(value)) return String(value);
  return value.toFixed(value < 10 ? 2 : 1);
}
