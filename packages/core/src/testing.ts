export { startApp } from "./server/start-app.ts";
export type { StartAppOptions, StartedApp } from "./server/start-app.ts";
export { createFakeClock } from "./server/fake-clock.ts";
export type { FakeClock } from "./server/fake-clock.ts";
export { systemClock, systemScheduler } from "./clock.ts";
export { createRandom } from "./random.ts";
export { silentLogger } from "./logger.ts";
