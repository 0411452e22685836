// What measuring JSON costs beside parsing it: microseconds per body, `JSON.parse` alone against the parser of request bodies.
import path from "node:path";
import { loadSource } from "./load-source.js";

const source = path.resolve(import.meta.dirname, "../../../packages/core/src");
const { parseJson } = await loadSource(source, ["json/parse.ts"]);
console.log(`node ${process.version}, microseconds per body\n`);
console.log("bytes      JSON.parse  ours");
for (const rows of [1, 7, 700]) {
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: rows }, (_, index) => row(index))));
  const rounds = Math.ceil(20_000 / rows);
  const alone = measure(rounds, () => JSON.parse(bytes.toString("utf8")));
  const ours = measure(rounds, () => parseJson({ bytes, text: bytes.toString("utf8") }));
  console.log(
    `${String(bytes.length).padEnd(11)}${alone.toFixed(2).padStart(10)}${ours.toFixed(2).padStart(6)}  ${(ours / alone).toFixed(2)}`,
  );
}

function row(id) {
  return { id, name: `User number ${id}`, mail: `user${id}@example.com`, tags: ["a", "bb"], home: { town: "Bern" } };
}

/** The best of five runs. */
function measure(rounds, task) {
  const runs = Array.from({ length: 5 }, () => {
    const began = performance.now();
    for (let round = 0; round < rounds; round += 1) task();
    return ((performance.now() - began) / rounds) * 1000;
  });
  return Math.min(...runs);
}
