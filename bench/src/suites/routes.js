// What the number of routes costs: one of them asked for, or all in turn.
import { compare } from "../compare.js";

const counts = [10, 1000, 10_000];

export async function routes(settings) {
  const tables = [];
  for (const parameter of [false, true]) {
    const entries = counts.flatMap((count) => [one(count, parameter), rotating(count, parameter)]);
    tables.push({
      title: `${parameter ? "parameter" : "static"} routes`,
      rows: await compare({ entries, ...settings }),
    });
  }
  return tables;
}

const pathOf = (n, parameter) => `/r${n}/${parameter ? n : "item"}`;

function one(count, parameter) {
  const request = { method: "GET", path: pathOf(count >> 1, parameter) };
  return { label: `one of ${count}`, name: "backworks", options: { routes: count, parameter }, request };
}

function rotating(count, parameter) {
  const paths = Array.from({ length: count }, (_, n) => pathOf((n * 7919) % count, parameter));
  return { ...one(count, parameter), label: `all ${count} in turn`, request: { method: "GET", paths } };
}
