/** Lets so many tasks run at a time; the others wait in order. */
export interface Turns {
  /** Runs a task when it is its turn, and passes on what becomes of it. */
  take<T>(task: () => Promise<T>): Promise<T>;
}

export function createTurns(most: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    // Its place goes to the next.
    else next();
  };
  return {
    async take(task) {
      if (running < most) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
