/** A value of a request as drivers take it: dates are ISO 8601 in UTC, what is missing is null. Lists and objects stay what they are. */
export function toBind(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value === "number" && !Number.isFinite(value)) return null;
  return value;
}

/** The same for databases without lists and objects: those become JSON. */
export function toScalarBind(value: unknown): unknown {
  const bind = toBind(value);
  if (typeof bind !== "object" || bind === null || bind instanceof Uint8Array) return bind;
  return JSON.stringify(bind);
}
