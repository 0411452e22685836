import type { EndpointSource, Exchange, ModeContext } from "@backworks/core";
import type { HeaderValues } from "../options/headers.ts";
import type { ResponseHead } from "../options/plan.ts";
import { compileHeaders, createRequestEdit } from "./create-edits.ts";
import type { EditHeaders, MakeHeaders } from "./create-edits.ts";
import { parametersOf } from "./create-path.ts";

/** Headers to set and to leave out. */
export interface HeaderOptions {
  readonly add_headers?: HeaderValues | undefined;
  readonly remove_headers?: readonly string[] | undefined;
}

interface Parts {
  readonly endpoint: EndpointSource;
  readonly context: ModeContext;
}

/** What `transform_request:` does to headers; `undefined` for nothing. @throws BW_CONFIG_INVALID */
export function compileRequestHeaders(options: HeaderOptions | undefined, parts: Parts): EditHeaders | undefined {
  return createRequestEdit(options?.remove_headers ?? [], compileAdded("transform_request", options, parts));
}

/** What `transform_response:` does to the head of an answer; `undefined` for nothing. @throws BW_CONFIG_INVALID */
export function compileResponseHead(
  options:
    | (HeaderOptions & { readonly status_code_mapping?: Readonly<Record<string, number>> | undefined })
    | undefined,
  parts: Parts,
): ((exchange: Exchange, response: ResponseHead) => void) | undefined {
  if (options === undefined) return undefined;
  const { remove_headers: removed = [], status_code_mapping: statuses } = options;
  const added = compileAdded("transform_response", options, parts);
  if (removed.length === 0 && added === undefined && statuses === undefined) return undefined;
  return (exchange, response) => {
    const { headers } = response;
    for (const name of removed) headers.delete(name);
    for (const [name, values] of added?.(exchange) ?? []) {
      headers.delete(name);
      for (const value of values) headers.append(name, value);
    }
    response.status = statuses?.[response.status] ?? response.status;
  };
}

function compileAdded(
  key: "transform_request" | "transform_response",
  options: HeaderOptions | undefined,
  { endpoint, context }: Parts,
): MakeHeaders | undefined {
  if (options?.add_headers === undefined) return undefined;
  const place: EndpointSource["place"] = (path) => endpoint.place(["proxy", key, "add_headers", ...path]);
  return compileHeaders(options.add_headers, {
    context,
    place,
    files: endpoint.files,
    parameters: parametersOf(endpoint.path),
  });
}
