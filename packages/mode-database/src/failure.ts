import { BackworksError, isBackworksError } from "@backworks/core";
import type { Dialect, Fault } from "./dialect.ts";
import { busy, unavailable } from "./pool/refusals.ts";

/** Whose statement failed. */
export interface FailureSource {
  readonly database: string;
  readonly dialect: Dialect;
  /** Longest time of a statement, as the configuration says it. */
  readonly limit: string;
}

/** An error of a driver as one of ours. Nothing of the statement is in what a client may read. */
export function explain(error: unknown, { database, dialect, limit }: FailureSource): unknown {
  if (isBackworksError(error) || (error instanceof Error && error.name === "AbortError")) return error;
  const fault = dialect.explain(error);
  const members = fault.columns?.length ? { columns: fault.columns } : undefined;
  if (fault.kind === "expression")
    return new BackworksError("BW_QUERY_INVALID", { parameter: "of a filter", problem: unreadable }, { cause: error });
  const words = clientWords[fault.kind];
  if (words !== undefined) {
    const code = conflicts.has(fault.kind) ? "BW_DATABASE_CONFLICT" : "BW_DATABASE_VALUE";
    return new BackworksError(code, { problem: words(listOf(fault)) }, { cause: error, members });
  }
  return ofServer(fault, error, { database, limit });
}

const unreadable = "has an expression or a search that cannot be read";

const conflicts: ReadonlySet<Fault["kind"]> = new Set(["unique", "foreign key", "referenced"]);

/** What the client can do something about. */
const clientWords: Readonly<Partial<Record<Fault["kind"], (columns: string) => string>>> = {
  unique: (columns) => `another row has the same${columns}`,
  "foreign key": (columns) => `there is no row that is referred to${columns === "" ? "" : ` by${columns}`}`,
  referenced: () => "other rows refer to this one",
  "not null": (columns) => `there must be a value${columns === "" ? "" : ` for${columns}`}`,
  check: () => "a value is not one that the table allows",
  value: (columns) => `a value is not one of its column's type${columns === "" ? "" : `:${columns}`}`,
};

function listOf({ columns = [] }: Fault): string {
  return columns.length === 0 ? "" : ` ${columns.join(", ")}`;
}

function ofServer(
  { kind }: Fault,
  cause: unknown,
  { database, limit }: { readonly database: string; readonly limit: string },
): BackworksError {
  switch (kind) {
    case "lost":
      return unavailable(database, cause);
    case "busy":
      return busy(database, "another transaction is in the way");
    case "timeout":
      return new BackworksError("BW_DATABASE_TIMEOUT", { database, limit }, { cause });
    case "read only":
      return new BackworksError("BW_DATABASE_READ_ONLY", { database }, { cause });
    case "full":
      return new BackworksError("BW_DATABASE_FULL", { database }, { cause });
    default:
      return new BackworksError("BW_DATABASE_STATEMENT", { database, problem: wordsOf(cause) }, { cause });
  }
}

/** For the log, and for the developer on this machine. */
function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
