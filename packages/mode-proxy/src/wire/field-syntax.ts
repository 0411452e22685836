/** The name of a field or of a cookie. Source: RFC 9110, 5.6.2. */
export const fieldName: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The first character of a value that no field may have; `undefined` for none. Source: RFC 9110, 5.5. */
export function wrongInValue(value: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[^\t\x20-\x7e\x80-\xff]/.exec(value)?.[0];
}
