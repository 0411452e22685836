/** Whether a field is in a flat list of names in lower case and values in turn. */
export function hasField(headers: readonly string[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === name) return true;
  return false;
}
