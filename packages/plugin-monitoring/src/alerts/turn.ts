/** Whose turn it is among those that run. */
export interface Turn {
  begin(): void;
  /** Whether nobody began later that still runs. */
  isOurs(): boolean;
  end(): void;
}

/** A turn among others that share `running`. One that ends, as after a reload that fails, gives it back to the one before. */
export function createTurn(running: object[]): Turn {
  const own = {};
  return {
    begin: () => void running.push(own),
    isOurs: () => running.at(-1) === own,
    end() {
      const index = running.indexOf(own);
      if (index >= 0) running.splice(index, 1);
    },
  };
}
