import { plainProcess } from "./plain-process.ts";

/** Errors that nobody caught. */
export interface Strays {
  readonly rejections: readonly unknown[];
  readonly exceptions: readonly unknown[];
}

const events = ["unhandledRejection", "uncaughtException"] as const;
type Listener = (...given: unknown[]) => void;

/**
 * Collects errors that nobody catches, until `end`.
 *
 * Test runners end a test or the process on them; their listeners are put aside meanwhile, so that the check that asks can name the plugin.
 */
export function collectStrays(): Strays & { end(): void } {
  const rejections: unknown[] = [];
  const exceptions: unknown[] = [];
  // Listeners of any kind are only put back.
  const before = events.map((event) => [event, plainProcess.rawListeners(event) as Listener[]] as const);
  for (const [event] of before) plainProcess.removeAllListeners(event);
  const rejected = (error: unknown): void => void rejections.push(error);
  const thrown = (error: unknown): void => void exceptions.push(error);
  plainProcess.on("unhandledRejection", rejected);
  plainProcess.on("uncaughtException", thrown);
  return {
    rejections,
    exceptions,
    end() {
      plainProcess.off("unhandledRejection", rejected);
      plainProcess.off("uncaughtException", thrown);
      for (const [event, listeners] of before) for (const listener of listeners) plainProcess.on(event, listener);
    },
  };
}
