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
  /** Whether the upstream is asked by the name that the client knows it by. */
  readonly preservesHost: boolean;
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
  return (exchange, { headers }, target) => {
    const alias = way.preservesHost ? exchange.request.headers["host"] : undefined;
    if (options.location)
      for (const name of ["location", "content-location"]) editLocation(headers, name, { target, alias, toOurs });
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

interface Addressing {
  readonly target: Target;
  /** Another name by which the target was asked; `undefined` for none. */
  readonly alias: string | string[] | undefined;
  readonly toOurs: ToOurs;
}

/** Source: RFC 9110, 10.2.2: a reference, relative or not. */
function editLocation(headers: HeaderList, name: string, { target, alias, toOurs }: Addressing): void {
  const value = headers.get(name);
  if (value === undefined) return;
  const isOwn = value.startsWith("/") && !value.startsWith("//");
  const url = URL.canParse(value, target.origin) ? new URL(value, target.origin) : undefined;
  if (url === undefined || !isOf(url, { target, alias })) return;
  // A reference relative to its own path holds as it is.
  if (!isOwn && !/^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(value)) return;
  const ours = toOurs(url.pathname, target);
  if (ours !== undefined) headers.set(name, ours + url.search + url.hash);
}

function isOf(url: URL, { target, alias }: Pick<Addressing, "target" | "alias">): boolean {
  return url.origin === target.origin || (url.host === alias && /^https?:$/.test(url.protocol));
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
  const newPath = (old: string, target: Target): string =>
    path === true ? (toOurs(old, target) ?? old) : chosen(path, old, old);
  const domains =
    typeof domain === "object"
      ? Object.fromEntries(Object.entries(domain).map(([name, given]) => [plainDomain(name), given]))
      : undefined;
  const newDomain = (old: string): string | false =>
    typeof domain === "object" ? chosen(domains, plainDomain(old), old) : (domain ?? old);
  return (cookie, target) => {
    const [pair = "", ...attributes] = cookie.split(";");
    const kept = attributes.flatMap((attribute) => {
      const [, name = "", value = ""] = /^\s*([^=]*?)\s*(?:=\s*(.*?)\s*)?$/s.exec(attribute) ?? [];
      if (name.toLowerCase() === "path" && path !== undefined) return [` Path=${newPath(value, target)}`];
      if (name.toLowerCase() !== "domain" || domain === undefined) return [attribute];
      const given = newDomain(value);
      return given === false ? [] : [given === value ? attribute : ` Domain=${given}`];
    });
    return [pair, ...kept].join(";");
  };
}

/** Source: RFC 6265, 5.2.3: a dot ahead says nothing, nor does the case. */
function plainDomain(domain: string): string {
  return domain.replace(/^\./, "").toLowerCase();
}

/** What a table says of a text, of itself or of every other; what was there when it says nothing. */
function chosen<T>(table: Readonly<Record<string, T>> | undefined, key: string, otherwise: T): T {
  if (table === undefined) return otherwise;
  return (Object.hasOwn(table, key) ? table[key] : table["*"]) ?? otherwise;
}
