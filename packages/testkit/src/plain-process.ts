/** The process itself: some test runners put a copy in its place, which hears of no stray errors. */
export const plainProcess: NodeJS.Process = process.getBuiltinModule("node:process");
