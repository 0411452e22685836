// Measures contestants in turns, in one run, so that whatever the machine does happens to all of them.
import { drive } from "./load.js";
import { startContestant } from "./process.js";
import { median } from "./median.js";
import { requireSameAnswers } from "./same-answer.js";

/**
 * `entries`: `{ label, name, options?, request }`; the first is the base of the ratios.
 * With `sameAnswers` all must write the same answer; with `warmRequests` each has answered so many before it is measured, or has had
 * twenty rounds for it: on a busy machine the engine takes long to compile what is hot. Returns per entry the medians and the median of the
 * ratios taken round by round.
 */
export async function compare(options) {
  const { entries, rounds, seconds, connections, headers, sameAnswers = false, warmRequests = 0 } = options;
  const running = [];
  try {
    for (const entry of entries) {
      const server = await startContestant({ ...entry, headers });
      running.push({ ...entry, server, samples: [] });
    }
    if (sameAnswers) await requireSameAnswers(running);
    for (const each of running) await warmUp(each, { seconds, connections, warmRequests });
    for (let round = 0; round < rounds; round += 1) {
      for (const each of rotate(running, round)) each.samples.push(await sample(each, { seconds, connections }));
    }
    return running.map((each) => summarise(each, running[0]));
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()));
  }
}

async function warmUp({ server, request }, { seconds, connections, warmRequests }) {
  let requests = 0;
  const most = seconds === 0 ? 1 : mostWarmRounds;
  for (let round = 0; round === 0 || (round < most && requests < warmRequests); round += 1) {
    requests += (await drive({ url: server.url, request, connections, seconds })).requests;
  }
}

const mostWarmRounds = 20;

/** Nobody is always first. */
function rotate(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

async function sample({ label, server, request }, { seconds, connections }) {
  const before = await server.usage();
  const load = await drive({ url: server.url, request, connections, seconds });
  const after = await server.usage();
  if (load.failed > 0 || load.requests === 0)
    throw new Error(`${label}: ${load.failed} of ${load.requests} requests failed`);
  const micros = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return { ...load, micros: micros / load.requests, rss: after.rss };
}

function summarise({ label, name, samples }, base) {
  const of = (key) => median(samples.map((each) => each[key]));
  return {
    label,
    name,
    micros: of("micros"),
    best: lowest(samples),
    bestRatio: lowest(samples) / lowest(base.samples),
    ratio: median(samples.map((each, round) => each.micros / base.samples[round].micros)),
    perSecond: of("perSecond"),
    p50: of("p50"),
    p99: of("p99"),
    rss: of("rss"),
  };
}

/** Another process on the machine can only add to the cost, so the cheapest round is the least disturbed one. */
function lowest(samples) {
  return Math.min(...samples.map(({ micros }) => micros));
}
