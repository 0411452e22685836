import type { RouteInfo } from "@backworks/core";

/** Makes something of a route the first time it is asked for; requests of one route after the other cost a comparison. */
export function perRoute<T extends object>(
  make: (route: RouteInfo | undefined) => T,
): (route: RouteInfo | undefined) => T {
  const known = new WeakMap<RouteInfo, T>();
  const unmatched = make(undefined);
  let last: RouteInfo | undefined;
  let lastMade = unmatched;
  const find = (route: RouteInfo): T => {
    // Not `has` and `get`: this may be asked for each request.
    const found = known.get(route);
    if (found !== undefined) return found;
    const made = make(route);
    known.set(route, made);
    return made;
  };
  return (route) => {
    if (route === last) return lastMade;
    last = route;
    return (lastMade = route === undefined ? unmatched : find(route));
  };
}
