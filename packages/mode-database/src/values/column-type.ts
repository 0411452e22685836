/** What a column holds, the same for every database. `other` is what only the database understands, told as text. */
export type ColumnType =
  | "integer"
  | "decimal"
  | "float"
  | "boolean"
  | "text"
  | "date"
  | "time"
  | "timestamp"
  | "json"
  | "uuid"
  | "binary"
  | "array"
  | "other";
