import type { Exchange, HeaderList, ModeContext } from "@backworks/core";
import type { RewriteResponseOptions } from "../options/parts.ts";
import type { ResponseHead } from "../options/plan.ts";
import type { Target } from "../upstream/target.ts";
import { segmentsOf, withoutPrefix } from "./prefix.ts";

/** How paths of the upstream become ours. */
export interface WayBack {
  /** What was put before the path, which is taken off again. */
  readonly added: string;
  /** What was taken off, which is put before it again. */
  readonly stripped: string;
  readonly context: ModeContext;
}

/** Makes addresses of the upstream those of this API; `undefined` when there is nothing to do. */
export function createAddressEdit(
  options: RewriteResponseOptions | undefined,
  way: WayBack,
): ((exchange: Exchange, response: ResponseHead, target: Target) => void) | undefined {
  if (options === undefined) return undefined;
  const toOurs = createToOurs(way);
  const editCookie = createCookieEdit(options, toOurs);
  return (_exchange, { headers }, target) => {
    if (options.location)
      for (const name of ["location", "content-location"]) editLocation(headers, name, { target, toOurs });
    if (editCookie !== undefined && headers.has("set-cookie"))
      editCookies(headers, (cookie) => editCookie(cookie, target));
  };
}

/** Our path for one of the target's; `undefined` when it is not below what we forward to. */
type ToOurs = (path: string, target: Target) => string | undefined;

function createToOurs({ added, stripped, context }: WayBack): ToOurs {
  const before = context.app.basePath + stripped.replace(/\/+$/, "");
  return (path, target) => {
    const rest = withoutPrefix(path, segmentsOf(target.path + added));
    if (rest === undefined) return undefined;
    return rest === "/" && before !== "" && !path.endsWith("/") ? before : before + rest;
  };
}

/** Source: RFC 9110, 10.2.2: a reference, relative or not. */
function editLocation(headers: HeaderList, name: string, { target, toOurs }: { target: Target; toOurs: ToOurs }): void {
  const value = headers.get(name);
  if (value === undefined) return;
  const isOwn = value.startsWith("/") && !value.startsWith("//");
  const url = URL.canParse(value, target.origin) ? new URL(value, target.origin) : undefined;
  if (url === undefined || url.origin !== target.origin) return;
  // A reference relative to its own path holds as it is.
  if (!isOwn && !/^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(value)) return;
  const ours = toOurs(url.pathname, target);
  if (ours !== undefined) headers.set(name, ours + url.search + url.hash);
}

function editCookies(headers: HeaderList, edit: (cookie: string) => string): void {
  const cookies = [...headers].flatMap(([name, value]) => (name === "set-cookie" ? [value] : []));
  headers.delete("set-cookie");
  for (const cookie of cookies) headers.append("set-cookie", edit(cookie));
}

function createCookieEdit(
  { cookie_path: path, cookie_domain: domain }: RewriteResponseOptions,
  toOurs: ToOurs,
): ((cookie: string, target: Target) => string) | undefined {
  if (path === undefined && domain === undefined) return undefined;
  const newPath = (old: string, target: Target): string => {
    if (path === true) return toOurs(old, target) ?? old;
    return (path !== undefined && Object.hasOwn(path, old) ? path[old] : undefined) ?? old;
  };
  return (cookie, target) => {
    const [pair = "", ...attributes] = cookie.split(";");
    const kept = attributes.flatMap((attribute) => {
      const [, name = "", value = ""] = /^\s*([^=]*?)\s*(?:=\s*(.*?)\s*)?$/s.exec(attribute) ?? [];
      if (name.toLowerCase() === "path" && path !== undefined) return [` Path=${newPath(value, target)}`];
      if (name.toLowerCase() !== "domain" || domain === undefined) return [attribute];
      return domain === false ? [] : [` Domain=${domain}`];
    });
    return [pair, ...kept].join(";");
  };
}
