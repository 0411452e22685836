import type { Clock, Scheduler } from "../clock.ts";
import type { Exchange } from "../exchange.ts";
import type { Logger } from "../logger.ts";
import type { App } from "../model/app.ts";
import type { ConnectHandler, Outcome } from "../plugin.ts";
import type { Secrets } from "../secrets.ts";
import type { Traffic } from "./traffic.ts";

/** Writes the access log's line of a request that ended at `endedMonotonic`. */
export type LogRequest = (exchange: Exchange, outcome: Outcome, endedMonotonic: number) => void;

/** One App with what its requests use. A request reads it once and keeps it to its end. */
export interface Generation {
  readonly app: App;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** What must not be told. */
  readonly secrets: Secrets;
  readonly traffic: Traffic;
  /** Connect middleware that runs before everything else; `null` for most. */
  readonly middleware: ConnectHandler | null;
  /** `null` when requests are not logged. */
  readonly logRequest: LogRequest | null;
}
