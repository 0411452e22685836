import { runInThisContext } from "node:vm";

/** The process itself: some test runners put a copy in its place, which hears of no stray errors. */
export const plainProcess = runInThisContext("process") as NodeJS.Process;
