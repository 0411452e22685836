import type { WireRequest } from "../wire.ts";

/** Characters of one variable: systems refuse to start a program with more than 128 KiB in one. */
const longestValue = 32_768;
const mostVariables = 200;

/** A request as environment variables; `REQUEST_` before each keeps clients from setting any other. What has no such form is left out. */
export function requestVariables({
  id,
  method,
  path,
  url,
  ip,
  path_params,
  query_params,
  headers,
  body,
}: WireRequest): Record<string, string> {
  const variables: Record<string, string> = {};
  const add = (name: string, value: unknown): void => {
    const text = Array.isArray(value) ? value.join(",") : String(value);
    const key = `REQUEST_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
    if (text.length > longestValue || text.includes("\0") || Object.keys(variables).length >= mostVariables) return;
    variables[key] ??= text;
  };
  for (const [name, value] of Object.entries({ id, method, path, url, ip })) add(name, value);
  if (typeof body === "string") add("body", body);
  else if (body !== null && !(body instanceof Uint8Array)) add("body", JSON.stringify(body));
  for (const [name, value] of Object.entries(path_params)) add(`param_${name}`, value);
  for (const [name, value] of Object.entries(query_params)) if (value !== undefined) add(`query_${name}`, value);
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) add(`header_${name}`, value);
  return variables;
}
