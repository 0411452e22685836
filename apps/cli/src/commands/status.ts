import { defineCommand } from "../command.ts";
import { askServer } from "../control.ts";
import { exitCodes } from "../exit.ts";
import type { Paint } from "../paint.ts";
import { formatTable } from "../table.ts";

export const status = defineCommand({
  async run(_args, context) {
    const { body } = await askServer(context.root, "GET", "status");
    context.result(body, (paint) => formatStatus(body as Status, paint));
    return exitCodes.ok;
  },
});

/** What the control listener says of its server. */
interface Status {
  readonly url: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly memoryBytes: number;
  readonly name: string;
  readonly generation: number;
  readonly requestsUnderWay: number;
  readonly endpoints: readonly unknown[];
  readonly plugins: readonly {
    readonly name: string;
    readonly version: string;
    readonly state: string;
    readonly status: string;
    readonly message?: string;
    readonly lastError?: { readonly step: string; readonly message: string };
  }[];
}

export function formatStatus(status: Status, paint: Paint): string {
  const reloads = status.generation - 1;
  const rows = [
    ["Serving", paint.cyan(status.url)],
    ["Process", `${status.pid}, up ${duration(status.uptimeSeconds)}, ${(status.memoryBytes / 1e6).toFixed(0)} MB`],
    [
      "Configuration",
      `${status.endpoints.length === 1 ? "1 endpoint" : `${status.endpoints.length} endpoints`}, ${reloads === 1 ? "1 reload" : `${reloads} reloads`}`,
    ],
    ["Requests", `${status.requestsUnderWay} under way`],
    ...status.plugins.map((plugin) => [`Plugin ${plugin.name}`, describePlugin(plugin, paint)]),
  ];
  const table = formatTable(rows.map(([label = "", text = ""]) => [`  ${paint.dim(label)}`, text]));
  return `${paint.bold(paint.green(status.name))}\n${table}`;
}

function describePlugin(plugin: Status["plugins"][number], paint: Paint): string {
  const state =
    plugin.status === "healthy" ? paint.green(plugin.state) : paint.yellow(`${plugin.state}, ${plugin.status}`);
  const message = plugin.message === undefined ? "" : `: ${plugin.message}`;
  return `${plugin.version} ${state}${message}${describeFailure(plugin)}`;
}

/** The message of a quarantined plugin ends with the step already. */
function describeFailure({ lastError, message = "" }: Status["plugins"][number]): string {
  if (lastError === undefined) return "";
  return message.endsWith(` in ${lastError.step}`)
    ? `: ${lastError.message}`
    : ` (${lastError.step}: ${lastError.message})`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
