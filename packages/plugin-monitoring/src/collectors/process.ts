import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { computed } from "../families/computed.ts";
import type { Family } from "../families/family.ts";

/** The process and its memory, under the names that Prometheus clients share; what the system does not tell is left out. */
export function processFamilies(): readonly Family[] {
  const startedAt = (Date.now() - process.uptime() * 1000) / 1000;
  return [
    computed(
      { name: "process_cpu_seconds_total", help: "User and system time of the process.", type: "counter" },
      () => {
        const { user, system } = process.cpuUsage();
        return [{ value: (user + system) / 1e6 }];
      },
    ),
    computed(
      {
        name: "process_start_time_seconds",
        help: "Start of the process, since the Unix epoch.",
        type: "gauge",
        over: "min",
      },
      () => [{ value: startedAt }],
    ),
    gauge("process_resident_memory_bytes", "Memory that is in use.", () => process.memoryUsage.rss()),
    gauge("nodejs_heap_size_total_bytes", "Size of V8's heap.", () => process.memoryUsage().heapTotal),
    gauge("nodejs_heap_size_used_bytes", "Part of V8's heap that is in use.", () => process.memoryUsage().heapUsed),
    gauge("nodejs_external_memory_bytes", "Memory of objects outside V8's heap.", () => process.memoryUsage().external),
    computed({ name: "process_open_fds", help: "Open file descriptors.", type: "gauge" }, async () =>
      readable(await openDescriptors()),
    ),
    computed({ name: "process_max_fds", help: "Most file descriptors that may be open.", type: "gauge" }, () =>
      readable(mostDescriptors()),
    ),
    computed(
      { name: "nodejs_active_resources", help: "Resources that keep the event loop alive, by kind.", type: "gauge" },
      activeResources,
    ),
  ];
}

function gauge(name: string, help: string, read: () => number): Family {
  return computed({ name, help, type: "gauge" }, () => [{ value: read() }]);
}

function readable(value: number | undefined): readonly { readonly value: number }[] {
  return value === undefined ? [] : [{ value }];
}

/** Only Linux has the folder. */
async function openDescriptors(): Promise<number | undefined> {
  try {
    // Reading the folder opens one itself.
    return (await readdir("/proc/self/fd")).length - 1;
  } catch {
    return undefined;
  }
}

function mostDescriptors(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

function activeResources(): readonly { readonly labels: { readonly kind: string }; readonly value: number }[] {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, value]) => ({ labels: { kind }, value }));
}
