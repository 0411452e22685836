import { systemClock, systemScheduler } from "../clock.ts";
import type { Clock, Random, Scheduler } from "../clock.ts";
import type { OpenOptions } from "./options.ts";

/** What the machine gives, unless the options say otherwise. */
export function machineOf({ clock = systemClock, scheduler = systemScheduler, random = Math.random }: OpenOptions): {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
} {
  return { clock, scheduler, random };
}
