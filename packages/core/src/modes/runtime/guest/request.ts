import type { WireRequest } from "../wire.ts";

/** A request as a handler sees it. */
export interface HandlerRequest extends Omit<WireRequest, "path"> {
  /** The text of the path, with the path parameters as members: `request.path.id`. */
  readonly path: string;
  /** The same as `path_params`. */
  readonly params: WireRequest["path_params"];
  /** The same as `query_params`. */
  readonly query: WireRequest["query_params"];
  /** A header by name, in any case; `undefined` when absent. */
  get(name: string): string | undefined;
}

const methods = {
  get(this: WireRequest, name: string): string | undefined {
    const key = name.toLowerCase();
    const value = Object.hasOwn(this.headers, key) ? this.headers[key] : undefined;
    return Array.isArray(value) ? value.join(", ") : value;
  },
};

export function toHandlerRequest(request: WireRequest): HandlerRequest {
  const { path_params: params, query_params: query } = request;
  const members = { path: toPath(request.path, params), params, query };
  return Object.assign(Object.create(methods) as HandlerRequest, request, members);
}

/** A text with members: what has none stays a plain text. */
function toPath(path: string, params: WireRequest["path_params"]): string {
  const names = Object.keys(params);
  if (names.length === 0) return path;
  // oxlint-disable-next-line unicorn/new-for-builtins, no-new-wrappers -- a text itself cannot have members
  const text = new String(path);
  for (const name of names)
    if (!(name in text)) Object.defineProperty(text, name, { value: params[name], enumerable: true });
  return text as string;
}
