// What a template costs per evaluation, in nanoseconds. `node bench/template.js` in packages/core.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const cases = {
  "one parameter in text": { value: "User ${path.id}" },
  "one parameter in a small object": { value: { id: "${path.id}", name: "User ${path.id}", active: true } },
  "one parameter in a larger constant": {
    value: { id: "${path.id}", rows: Array.from({ length: 20 }, (_, id) => ({ id, name: `Row ${id}`, ok: true })) },
  },
  "body with a default": { value: { name: "${request.body.name || 'User ' + path.id}" } },
  functions: { value: { id: "${random_int(1, 100)}", at: "${now()}", due: "${date_add(now(), 30)}" } },
  "$repeat 100": { value: { $repeat: 100, $each: { id: "${i}", name: "Item ${i + 1}" } } },
  "static object": { value: { id: 1, name: "Ada" } },
};

const folder = mkdtempSync(path.join(tmpdir(), "backworks-bench-"));
try {
  const { compile, createScope } = await load();
  for (const [name, { value }] of Object.entries(cases)) {
    const template = compile(value);
    const scope = createScope();
    const evaluated = measure(() => JSON.stringify(template.evaluate(scope)));
    const rendered = measure(() => template.renderJson(scope));
    process.stdout.write(`${name.padEnd(36)} evaluate + stringify ${evaluated} ns, renderJson ${rendered} ns\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function load() {
  const bundle = await rolldown({ input: "test/template-rig.ts", platform: "node", logLevel: "silent" });
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "template.mjs" });
  await bundle.close();
  return import(pathToFileURL(path.join(folder, "template.mjs")).href);
}

/** The median of seven rounds of about a tenth of a second, warmed up, in nanoseconds per call. */
function measure(run) {
  const calls = callsIn(0.1, run);
  const rounds = Array.from({ length: 9 }, () => {
    const start = performance.now();
    let length = 0;
    for (let call = 0; call < calls; call += 1) length += run().length;
    if (length === 0) throw new Error("nothing was written");
    return ((performance.now() - start) * 1e6) / calls;
  });
  return rounds
    .slice(2)
    .toSorted((one, other) => one - other)[3]
    .toFixed(0);
}

/** How often `run` is called in so many seconds, at least 100 times. */
function callsIn(seconds, run) {
  const end = performance.now() + seconds * 1000;
  let calls = 0;
  while (calls < 100 || performance.now() < end) {
    run();
    calls += 1;
  }
  return calls;
}
