/** Address of a row below the collection the request went to, as the client wrote that; the parts of its key are parted by commas. */
export function locationOf(collectionPath: string, ...key: readonly (string | number)[]): string {
  const path = collectionPath.endsWith("/") ? collectionPath.slice(0, -1) : collectionPath;
  return `${path}/${key.map((part) => encodeURIComponent(part)).join(",")}`;
}
