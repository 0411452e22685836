import type { ErrorCode, Place } from "@backworks/core";
import { BackworksError, invalidConfig, isBackworksError } from "@backworks/core";

/** Path of a value below what is compiled. */
export type Path = readonly (string | number)[];

type Details = Readonly<Record<string, string | number>>;

/** Mistakes that are reported together. */
export class Mistakes {
  readonly #place: (path: Path) => Place;
  readonly #errors: BackworksError[] = [];

  constructor(place: (path: Path) => Place) {
    this.#place = place;
  }

  /** Whether there was a mistake. */
  get areThere(): boolean {
    return this.#errors.length > 0;
  }

  /** A value that is wrong. */
  add(
    code: ErrorCode,
    details: Details,
    { path, hint }: { readonly path: Path; readonly hint?: string | undefined },
  ): void {
    this.#errors.push(new BackworksError(code, details, { where: this.#place(path), hint }));
  }

  /** Runs a step that may throw mistakes of its own, and keeps them; `undefined` when it did. */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.keep(error);
      return undefined;
    }
  }

  /** Keeps an error of ours, or each one it stands for; anything else is thrown on. */
  keep(error: unknown): void {
    if (!isBackworksError(error)) throw error;
    this.#errors.push(...(error.errors.length > 0 ? error.errors : [error]));
  }

  /** @throws BW_CONFIG_INVALID when there was a mistake */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw invalidConfig(this.#errors);
  }
}
