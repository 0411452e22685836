import { readFileSync } from "node:fs";

/** Processes that are added up at most: whoever starts more is counted by these. */
const mostProcesses = 256;

/** Bytes of memory a process and those it started have; `undefined` where the system does not tell in files, as Linux does. */
export function processMemoryBytes(pid: number | undefined): number | undefined {
  const open = pid === undefined ? [] : [pid];
  let sum: number | undefined;
  for (let seen = 0; open.length > 0 && seen < mostProcesses; seen += 1) {
    const next = open.pop() ?? 0;
    const resident = read(`/proc/${next}/status`, /^VmRSS:\s+(\d+) kB/m);
    if (resident !== undefined) sum = (sum ?? 0) + Number(resident) * 1024;
    open.push(
      ...(
        read(`/proc/${next}/task/${next}/children`, /^[\d ]+/)
          ?.trim()
          .split(" ") ?? []
      )
        .map(Number)
        .filter(Boolean),
    );
  }
  return sum;
}

function read(file: string, pattern: RegExp): string | undefined {
  try {
    const match = pattern.exec(readFileSync(file, "latin1"));
    return match?.[1] ?? match?.[0];
  } catch {
    // It has ended meanwhile, or this is another system.
    return undefined;
  }
}
