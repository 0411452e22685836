import { fileURLToPath } from "node:url";
import { startChild } from "../guests/child.ts";
import { pythonProgram } from "../guests/program.ts";
import { requireProgram } from "../command-line.ts";
import type { Language } from "../language.ts";

/** Python reserves memory for each of its threads, which is not the handler's. */
const dataHeadroomBytes = 512 * 1024 * 1024;

/** Python 3.8 or later, with a program of ours that runs `def handler(request, context)`. */
export const python: Language = {
  name: "python",
  endings: [".py"],
  isolations: ["process"],
  start(launch) {
    const { orders, command = ["python3", "-u"], folder, environment, memoryBytes, concurrency } = launch;
    requireProgram(command, launch);
    const told = JSON.stringify({ ...orders, concurrency });
    return startChild({
      ...launch,
      group: {
        command: [...command, fileURLToPath(pythonProgram()), told],
        folder,
        environment: { PYTHONIOENCODING: "utf-8", PYTHONDONTWRITEBYTECODE: "1", ...environment },
        dataBytes: memoryBytes + dataHeadroomBytes,
      },
      saysReady: true,
    });
  },
};
