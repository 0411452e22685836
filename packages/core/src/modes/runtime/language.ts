import type { Clock, Scheduler } from "../../clock.ts";
import type { BackworksError, ErrorCode } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { Guardian } from "./guests/guardian.ts";
import type { StartGuest } from "./guests/guest.ts";
import type { Isolation } from "./options.ts";
import type { GuestOrders } from "./wire.ts";

/** Everything a language may need to run a handler. */
export interface Launch {
  readonly orders: GuestOrders;
  readonly isolation: Isolation;
  /** Program that runs the language, instead of its own choice; split into words. */
  readonly command: readonly string[] | undefined;
  /** Absolute. */
  readonly folder: string;
  /** Absolute path of the project's root. */
  readonly root: string;
  /** All of the environment of a thread or process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly guardian: Guardian;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** A mistake of the endpoint, at the place of one of its options. */
  refuse(
    code: ErrorCode,
    details: Readonly<Record<string, string | number>>,
    at: { readonly key: string; readonly hint: string },
  ): BackworksError;
}

/** A language handlers are written in. */
export interface Language {
  /** The word of `language:`. */
  readonly name: string;
  /** Of files that are taken for it when nothing is said. */
  readonly endings: readonly string[];
  /** Where it can run; the first is where it does when nothing is said. */
  readonly isolations: readonly Isolation[];
  /** @throws BW_RUNTIME_COMMAND, BW_RUNTIME_OPTION when it cannot run here */
  start(launch: Launch): StartGuest | Promise<StartGuest>;
}
