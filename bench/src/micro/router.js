// What the router costs alone: nanoseconds per match, one path against a rotation over all, by number of routes.
import path from "node:path";
import { loadSource } from "./load-source.js";

const kinds = {
  static: { pattern: (index) => `/resource${index}/list`, path: (index) => `/resource${index}/list` },
  parameter: { pattern: (index) => `/resource${index}/{id}`, path: (index) => `/resource${index}/42` },
  typed: { pattern: (index) => `/v1/r${index}/{id:int}/sub/{name}`, path: (index) => `/v1/r${index}/42/sub/x` },
};

const source = path.resolve(import.meta.dirname, "../../../packages/core/src");
const { createRouter } = await loadSource(source, ["router/router.ts"]);
console.log(`node ${process.version}, nanoseconds per match\n`);
console.log("routes  kind       one path  all paths");
for (const routes of [10, 1_000, 10_000]) {
  for (const [name, kind] of Object.entries(kinds)) {
    const router = build(kind, routes);
    const paths = Array.from({ length: routes }, (_, index) => kind.path(index));
    measure(router, paths);
    const [one, all] = [measure(router, paths.slice(0, 1)), measure(router, paths)];
    console.log(
      `${String(routes).padEnd(8)}${name.padEnd(11)}${one.toFixed(0).padStart(8)}${all.toFixed(0).padStart(11)}`,
    );
  }
}

function build(kind, count) {
  const miss = { info: undefined };
  const routes = Array.from({ length: count }, (_, index) => ({
    info: { method: "GET", pattern: kind.pattern(index) },
  }));
  const makers = { notFound: miss, malformed: miss, notAllowed: () => miss, options: () => miss };
  return createRouter(routes, { basePath: "", strictSlash: false, ...makers });
}

/** Paths are made anew for each match, as a server does: a string whose hash is known would flatter the map. */
function measure(router, paths) {
  const lines = paths.map((text) => Buffer.from(`${text}?q=1`, "latin1"));
  const rounds = 500_000;
  let found = 0;
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const url = lines[round % lines.length].latin1Slice();
    if (router.match("GET", url.slice(0, -4)).route.info !== undefined) found += 1;
  }
  const nanoseconds = ((performance.now() - began) * 1e6) / rounds;
  if (found !== rounds) throw new Error(`the router missed ${rounds - found} of ${rounds}`);
  return nanoseconds;
}
