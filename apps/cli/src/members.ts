/** Members of a mapping, of whose kinds nothing is known. */
export type Members = Readonly<Record<string, unknown>>;

/** The members of anything: none of what is no mapping. */
export function membersOf(value: unknown): Members {
  // What is neither nothing nor a list has members.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}
