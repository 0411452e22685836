/** Milliseconds of one turn. */
const turnMs = 5;

/**
 * Runs small tasks one after another, giving way to everything else every few milliseconds: thousands of connections may be due
 * at the same moment.
 */
export function createTurns(): (task: () => void) => void {
  let tasks: (() => void)[] = [];
  let next = 0;
  const run = (): void => {
    const until = performance.now() + turnMs;
    while (next < tasks.length && performance.now() < until) {
      tasks[next]?.();
      next += 1;
    }
    if (next < tasks.length) return void setImmediate(run);
    tasks = [];
    next = 0;
  };
  return (task) => {
    tasks.push(task);
    if (tasks.length === 1) setImmediate(run);
  };
}
