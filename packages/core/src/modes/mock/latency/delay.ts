import type { Random } from "../../../clock.ts";
import { toMs } from "../options/duration.ts";
import type { DelayOptions } from "../options/latency.ts";

/** Draws a delay, in milliseconds, at least 0. */
export type Delay = (random: Random) => number;

/** Compiles `delay:`; `readTrace` gives the durations of a trace file, in milliseconds. */
export function compileDelay(options: DelayOptions, readTrace: (file: string) => readonly number[]): Delay {
  if (typeof options !== "object") return constant(toMs(options));
  const { uniform, normal, lognormal, trace } = options;
  if (uniform !== undefined) return between(toMs(uniform[0]), toMs(uniform[1]));
  if (normal !== undefined) return normally(toMs(normal.mean), toMs(normal.sd));
  if (lognormal !== undefined) {
    const { p50, p99, max } = lognormal;
    return logNormally(toMs(p50), toMs(p99), max === undefined ? Infinity : toMs(max));
  }
  return replay(trace === undefined ? [] : readTrace(trace));
}

function constant(ms: number): Delay {
  return () => ms;
}

function between(least: number, most: number): Delay {
  return (random) => least + random() * (most - least);
}

function normally(mean: number, deviation: number): Delay {
  return (random) => Math.max(0, mean + deviation * standardNormal(random));
}

/** 0.99 quantile of the standard normal distribution. */
const z99 = 2.326347874040841;

function logNormally(p50: number, p99: number, max: number): Delay {
  const mu = Math.log(p50);
  const sigma = (Math.log(p99) - mu) / z99;
  return (random) => Math.min(max, Math.exp(mu + sigma * standardNormal(random)));
}

/** Source: G. E. P. Box and M. E. Muller, Annals of Mathematical Statistics 29(2), 1958, pp. 610-611. */
function standardNormal(random: Random): number {
  const u1 = 1 - random();
  const u2 = random();
  return Math.sqrt(-2 * Math.log(u1)) * Math.cos(2 * Math.PI * u2);
}

function replay(trace: readonly number[]): Delay {
  let next = 0;
  return () => {
    const ms = trace[next % trace.length] ?? 0;
    next += 1;
    return ms;
  };
}
