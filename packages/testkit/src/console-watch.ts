const methods = ["debug", "info", "log", "warn", "error", "trace"] as const;

/** Writes to the console, by method, while `isWatched`. Ends with `end`. */
export function watchConsole(isWatched: () => boolean): { readonly used: ReadonlySet<string>; end(): void } {
  const used = new Set<string>();
  // The console is whatever the test runner put there.
  const target = globalThis.console as unknown as Record<string, (...words: unknown[]) => void>;
  const before = methods.map((method) => [method, target[method]] as const);
  for (const [method, write] of before) {
    target[method] = (...words) => {
      if (isWatched()) used.add(`console.${method}`);
      write?.apply(target, words);
    };
  }
  const end = (): void => {
    for (const [method, write] of before) if (write !== undefined) target[method] = write;
  };
  return { used, end };
}
