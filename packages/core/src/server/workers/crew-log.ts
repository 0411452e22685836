import type { Logger } from "../../logger.ts";
import type { LoggingSettings } from "../../model/app.ts";
import { Secrets } from "../../secrets.ts";
import { openLogging } from "../logging.ts";
import type { Logging } from "../logging.ts";
import { machineOf } from "../machine.ts";
import { createRelayLogger } from "../relay-logger.ts";

/** The log of the process that leads the workers: it writes where they do. */
export interface CrewLog {
  /** Silent until `follow` was called. */
  readonly logger: Logger;
  follow(settings: LoggingSettings): void;
  close(): void;
}

export function createCrewLog({ color }: { readonly color: boolean }): CrewLog {
  const relay = createRelayLogger();
  let known = "";
  let logging: Logging | undefined;
  return {
    logger: relay,
    follow(settings) {
      const said = JSON.stringify(settings);
      if (said === known) return;
      known = said;
      logging?.close();
      // What is logged here comes from workers, which hide their secrets.
      logging = openLogging(settings, { ...machineOf({}), logger: undefined, color, secrets: new Secrets() });
      relay.pointTo(logging.logger);
    },
    close: () => logging?.close(),
  };
}
