import type { FieldMap } from "@backworks/core";

/** A query string as the pipeline reads it; a per cent sign that begins no code stands for itself. */
export function fieldsOf(search: string): FieldMap {
  const encoded = search.replace(/%(?![0-9A-F]{2})/g, "%25");
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(encoded)) {
    const present = fields[name];
    fields[name] = present === undefined ? value : [present, value].flat();
  }
  return fields;
}
