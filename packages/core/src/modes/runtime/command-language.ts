import { startChild } from "./guests/child.ts";
import { requireProgram } from "./command-line.ts";
import type { Language } from "./language.ts";

/** Memory beyond the limit that the system lets a program have, as what is watched is looked at now and then only. */
const dataHeadroomBytes = 512 * 1024 * 1024;

/** A program of the project's own, of any language, that answers lines with lines. */
export function commandLanguage(name: string): Language {
  return {
    name,
    endings: [],
    isolations: ["process"],
    start(launch) {
      const { orders, command = [], folder, environment, memoryBytes } = launch;
      const { handler } = orders;
      requireProgram(command, launch);
      if (handler.kind === "source") {
        const hint = `a program of runtimes.${name} gets the handler as a file`;
        throw launch.refuse(
          "BW_RUNTIME_OPTION",
          { problem: `language ${name} needs a file` },
          { key: "handler", hint },
        );
      }
      const named = command.map((word) => word.replaceAll("{handler}", handler.file));
      const whole = command.some((word) => word.includes("{handler}")) ? named : [...named, handler.file];
      const group = { command: whole, folder, environment, dataBytes: memoryBytes + dataHeadroomBytes };
      return startChild({ ...launch, group, saysReady: false });
    },
  };
}
