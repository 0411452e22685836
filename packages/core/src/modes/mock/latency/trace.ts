import { BackworksError, type Place } from "../../../errors.ts";
import type { JsonValue } from "../../../exchange.ts";
import type { ProjectFiles } from "../../../mode.ts";
import { parseDurationMs } from "../../../units.ts";

/**
 * Durations of a trace file, in milliseconds: a list, the first column of a table, or one per line of text.
 *
 * A bare number is milliseconds, as in the logs traces are made of.
 *
 * @throws BW_MOCK_TRACE_INVALID, BW_FILE_MISSING, BW_FILE_OUTSIDE, BW_FILE_SYNTAX
 */
export function readTrace(file: string, files: ProjectFiles, place: Place): readonly number[] {
  const rows = /\.(?:json|ya?ml|csv)$/i.test(file)
    ? files.readData(file, place)
    : files.readText(file, place).split("\n");
  const cells = (Array.isArray(rows) ? rows : []).map(cellOf).filter((cell) => cell !== "");
  const trace = cells.map((cell) => durationOf(cell) ?? Number.NaN);
  const wrong = trace.findIndex((ms) => Number.isNaN(ms));
  if (wrong >= 0 || trace.length === 0) {
    const problem = trace.length === 0 ? "it holds no durations" : `${JSON.stringify(cells[wrong])} is no duration`;
    throw new BackworksError("BW_MOCK_TRACE_INVALID", { file, problem }, { where: place });
  }
  return trace;
}

/** A row of a table is an object, its first column the duration. */
function cellOf(row: JsonValue): JsonValue | undefined {
  const cell = typeof row === "object" && row !== null ? Object.values(row)[0] : row;
  return typeof cell === "string" ? cell.trim() : cell;
}

function durationOf(cell: JsonValue | undefined): number | undefined {
  const bare = typeof cell === "number" || (typeof cell === "string" && /^\d+(?:\.\d+)?$/.test(cell));
  return parseDurationMs(bare ? `${String(cell)}ms` : cell);
}
