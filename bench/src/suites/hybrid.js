// What it costs to have another mode answer: the same answer from mock alone and through hybrid mode.
import { compare } from "../compare.js";

const entry = (label, options) => ({
  label,
  name: "backworks",
  options,
  request: { method: "GET", path: "/hello" },
});

const fallback = [{ on: "5xx", use: "mock" }];
const branches = [{ when: "query.one", use: "second" }, { when: "query.two", use: "second" }, { use: "mock" }];

export async function hybrid(settings) {
  const ways = [
    entry("mock", {}),
    entry("hybrid, by method", { hybrid: { handle: { GET: "mock" } } }),
    entry("hybrid, third of three conditions", { hybrid: { branches } }),
    entry("hybrid, a fallback that is not needed", { hybrid: { handle: { GET: "second" }, fallback } }),
    entry("hybrid, a fallback that answers", { hybrid: { handle: { GET: "second" }, fallback }, second: "fails" }),
    entry("hybrid, by method, answer a turn later", { hybrid: { handle: { GET: "second" } }, second: "later" }),
    entry("the same with a timeout", { hybrid: { handle: { GET: "second" }, timeout: "5s" }, second: "later" }),
  ];
  return [{ title: "one answer through hybrid mode", rows: await compare({ entries: ways, ...settings }) }];
}
