import { printParameter } from "../syntax/print.ts";

/**
 * Address of a row of the collection the request went to, as the client wrote that: below it by the row's key, the parts of it parted by commas.
 * A key that no path can end with is asked for by a filter.
 *
 * @param columns - those of the key
 */
export function locationOf(
  collectionPath: string,
  columns: readonly string[],
  key: readonly (string | number)[],
): string {
  const path = collectionPath.endsWith("/") ? collectionPath.slice(0, -1) : collectionPath;
  if (key.every((part) => endsPath(String(part))))
    return `${path}/${key.map((part) => encodeURIComponent(part)).join(",")}`;
  const filters = key.map((part, index) => {
    const column = encodeURIComponent(printParameter({ column: columns[index] ?? "", json: [] }));
    return `${column}=eq.${encodeURIComponent(part)}`;
  });
  return `${path}?${filters.join("&")}`;
}

/** Servers refuse slashes that are encoded, clients go up for two dots, and an empty end is the collection itself. */
function endsPath(value: string): boolean {
  return value !== "" && !/^\.\.?$|[/\\\0]/.test(value);
}
