// The same answers, byte for byte, from Backworks and its peers.
import { compare } from "../compare.js";

const cases = [
  { title: "static answer", request: { method: "GET", path: "/hello" } },
  { title: "answer made from a path parameter", request: { method: "GET", path: "/users/42" } },
  { title: "route with two parameters", request: { method: "GET", path: "/shops/12/orders/345" } },
  {
    title: "POST echo of JSON",
    request: { method: "POST", path: "/echo", body: JSON.stringify({ name: "Ada", tags: ["a", "b"], n: 1 }) },
  },
];

const contestants = [
  { label: "bare node:http", name: "bare" },
  { label: "backworks", name: "backworks" },
  { label: "hono", name: "hono" },
  { label: "fastify", name: "fastify" },
  { label: "express", name: "express" },
  { label: "backworks, access log on", name: "backworks", options: { log: true } },
  { label: "fastify, log on", name: "fastify", options: { log: true } },
];

export async function answers(settings) {
  const tables = [];
  for (const { title, request } of cases) {
    const entries = contestants.map((contestant) => ({ ...contestant, request }));
    tables.push({ title, rows: await compare({ entries, sameAnswers: true, ...settings }) });
  }
  return tables;
}
