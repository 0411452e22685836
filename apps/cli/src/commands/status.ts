import { defineCommand } from "../command.ts";
import { askServer } from "../control.ts";
import { exitCodes } from "../exit.ts";
import type { Paint } from "../paint.ts";
import { formatTable } from "../table.ts";

export const status = defineCommand({
  async run(_args, context) {
    const { body } = await askServer(context.root, { method: "GET", path: "status" });
    context.result(body, (paint) => formatStatus(body as Status, paint));
    return exitCodes.ok;
  },
});

/** What the control listener says of its server. */
export interface Status {
  readonly url: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly memoryBytes: number;
  readonly name: string;
  readonly generation: number;
  readonly hash: string;
  readonly ageSeconds?: number;
  readonly lastError?: { readonly text: string };
  readonly requestsUnderWay: number;
  readonly draining?: readonly { readonly generation: number; readonly requestsUnderWay: number }[];
  readonly endpoints: readonly unknown[];
  readonly overload?: {
    readonly utilizationRatio: number;
    readonly delayMs: number;
    readonly refusing: boolean;
    readonly refused: number;
  };
  readonly workersReplaced?: number;
  readonly workers?: readonly WorkerStatus[];
  readonly plugins: readonly PluginStatus[];
}

interface WorkerStatus {
  readonly pid: number;
  readonly state: string;
  readonly owner: boolean;
  readonly generation?: number;
  readonly requestsUnderWay?: number;
  readonly memoryBytes?: number;
  readonly utilization?: number;
}

interface PluginStatus {
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly status: string;
  readonly message?: string;
  readonly lastError?: { readonly step: string; readonly message: string };
}

export function formatStatus(status: Status, paint: Paint): string {
  const { lastError, workers = [], plugins } = status;
  const rows = [
    ["Serving", paint.cyan(status.url)],
    ["Process", `${status.pid}, up ${duration(status.uptimeSeconds)}, ${megabytes(status.memoryBytes)}`],
    ["Configuration", describeConfiguration(status)],
    ["Requests", describeRequests(status)],
    ...(status.overload === undefined ? [] : [["Event loop", describeLoop(status.overload, paint)]]),
    ...workers.map((worker) => [`Worker ${worker.pid}`, describeWorker(worker, paint)]),
    ...((status.workersReplaced ?? 0) > 0 ? [["Workers", paint.yellow(`${status.workersReplaced} replaced`)]] : []),
    ...plugins.map((plugin) => [`Plugin ${plugin.name}`, describePlugin(plugin, paint)]),
  ];
  const table = formatTable(rows.map(([label = "", text = ""]) => [`  ${paint.dim(label)}`, text]));
  const refusal =
    lastError === undefined ? "" : `\n\n${paint.yellow("the last reload was refused:")}\n${lastError.text}`;
  return `${paint.bold(paint.green(status.name))}\n${table}${refusal}`;
}

function describeConfiguration({ endpoints, generation, hash, ageSeconds }: Status): string {
  const age = ageSeconds === undefined ? "" : `, serves for ${duration(ageSeconds)}`;
  return `${counted(endpoints.length, "endpoint")}, ${counted(generation - 1, "reload")}${age}, ${hash.slice(0, 8)}`;
}

function describeRequests({ requestsUnderWay, draining = [] }: Status): string {
  const earlier = draining.map((one) => `${one.requestsUnderWay} of generation ${one.generation}`);
  return `${requestsUnderWay} under way${earlier.length === 0 ? "" : `, among them ${earlier.join(", ")}`}`;
}

function describeLoop(overload: NonNullable<Status["overload"]>, paint: Paint): string {
  const { utilizationRatio, delayMs, refusing, refused } = overload;
  const facts = `${percent(utilizationRatio)} busy, timers late by up to ${delayMs.toFixed(0)} ms`;
  if (refusing) return paint.yellow(`${facts}, refusing requests (${refused} so far)`);
  return refused === 0 ? facts : `${facts}, ${refused} requests refused so far`;
}

function describeWorker(worker: WorkerStatus, paint: Paint): string {
  const { state, owner, generation, requestsUnderWay, memoryBytes, utilization } = worker;
  const facts = [
    state === "ready" ? paint.green(state) : paint.yellow(state),
    ...(owner ? ["holds what needs one place"] : []),
    ...(generation === undefined ? [] : [`generation ${generation}`]),
    ...(requestsUnderWay === undefined ? [] : [`${requestsUnderWay} under way`]),
    ...(utilization === undefined ? [] : [`${percent(utilization)} busy`]),
    ...(memoryBytes === undefined ? [] : [megabytes(memoryBytes)]),
  ];
  return facts.join(", ");
}

function describePlugin(plugin: PluginStatus, paint: Paint): string {
  const state =
    plugin.status === "healthy" ? paint.green(plugin.state) : paint.yellow(`${plugin.state}, ${plugin.status}`);
  const message = plugin.message === undefined ? "" : `: ${plugin.message}`;
  return `${plugin.version} ${state}${message}${describeFailure(plugin)}`;
}

/** The message of a quarantined plugin ends with the step already. */
function describeFailure({ lastError, message = "" }: PluginStatus): string {
  if (lastError === undefined) return "";
  return message.endsWith(` in ${lastError.step}`)
    ? `: ${lastError.message}`
    : ` (${lastError.step}: ${lastError.message})`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
