import { systemClock, systemScheduler } from "@backworks/core/testing";

/** Time as it goes, for what other processes take part in. */
export const realTime = { clock: systemClock, scheduler: systemScheduler } as const;
