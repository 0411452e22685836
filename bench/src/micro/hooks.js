// What one call of a hook chain costs, without HTTP: nanoseconds per request, the median of alternating rounds.
// Run: node src/micro/hooks.js
import path from "node:path";
import { median } from "../median.js";
import { loadSource } from "./load-source.js";

const source = path.resolve(import.meta.dirname, "../../../packages/core/src");
const calls = 500_000;
const rounds = 15;

const { createHooksFor, guardInstance, Breaker, hookLimits } = await loadSource(source, [
  "plugins/hooks-for.ts",
  "plugins/instance-hooks.ts",
  "plugins/breaker.ts",
]);
const route = { endpoint: "users", method: "GET", mode: "mock" };
const exchange = { id: "1", request: { method: "GET" }, route, response: undefined, count: 0 };

const touch = (target) => {
  target.count += 1;
};
const cases = {
  "no plugins": [],
  "ten plugins without a matching hook": plugins(10, { beforeRequest: { when: { endpoints: ["other"] }, run: touch } }),
  "one synchronous hook": plugins(1, { beforeRequest: touch }),
  "five synchronous hooks": plugins(5, { beforeRequest: touch }),
  "ten synchronous hooks": plugins(10, { beforeRequest: touch }),
  "one hook with a promise": plugins(1, { beforeRequest: async (target) => touch(target) }),
};

const chains = Object.entries(cases).map(([name, hooks]) => ({
  name,
  chain: createHooksFor(hooks)(route).beforeRequest,
  times: [],
}));
for (let round = 0; round < rounds; round += 1) {
  for (const entry of chains) entry.times.push(await measure(entry.chain));
}
const [base] = chains;
for (const { name, times } of chains) {
  const over = median(times) - median(base.times);
  console.log(
    `${name.padEnd(40)} ${median(times).toFixed(0).padStart(6)} ns  ${over >= 0 ? "+" : ""}${over.toFixed(0)} ns`,
  );
}

/** As the pipeline calls it: nothing for `null`, waiting only for a promise. */
async function measure(chain) {
  const began = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) {
    if (chain === null) continue;
    const waiting = chain(exchange);
    if (waiting !== undefined) await waiting;
  }
  return Number(process.hrtime.bigint() - began) / calls;
}

function plugins(count, made) {
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const scheduler = {
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs).unref();
      return () => clearTimeout(timer);
    },
  };
  const ledger = { record() {}, quarantined() {} };
  return Array.from({ length: count }, (_, index) => {
    const lane = {
      plugin: `p${index}`,
      failure: "open",
      breaker: new Breaker(clock, hookLimits),
      hookMs: () => 250,
      ledger,
      clock,
      scheduler,
    };
    return guardInstance(made, { request: lane, finished: lane });
  });
}
