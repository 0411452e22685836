import { startShell } from "../guests/shell.ts";
import { requireProgram } from "../command-line.ts";
import type { Language } from "../language.ts";

/** Scripts that are run once for each request. */
export const shell: Language = {
  name: "shell",
  endings: [".sh"],
  isolations: ["process"],
  start(launch) {
    const { orders, command = ["/bin/sh"], folder, environment } = launch;
    const { handler } = orders;
    requireProgram(command, launch);
    const script = handler.kind === "file" ? [handler.file] : ["-c", handler.text];
    const dataBytes = launch.memoryBytes;
    return startShell({ ...launch, group: { command: [...command, ...script], folder, environment, dataBytes } });
  },
};
