import { BackworksError, isBackworksError, type ErrorCode, type Place } from "../../errors.ts";
import { invalidConfig, partsOf } from "../../invalid-config.ts";

/** Path of a value below the endpoint: `["mock", "rules", 2]`. */
export type Path = readonly (string | number)[];

interface Where {
  readonly path: Path;
  readonly hint?: string | undefined;
}

type Details = Readonly<Record<string, string | number>>;

/** Mistakes of one endpoint, collected so that they are reported together. */
export class Mistakes {
  readonly #place: (path: Path) => Place;
  readonly #keyPlace: (path: Path) => Place;
  readonly #errors: BackworksError[] = [];

  constructor(place: (path: Path) => Place, keyPlace: (path: Path) => Place = place) {
    this.#place = place;
    this.#keyPlace = keyPlace;
  }

  /** A value that is wrong. */
  add(code: ErrorCode, details: Details, { path, hint }: Where): void {
    this.#errors.push(new BackworksError(code, details, { where: this.#place(path), hint }));
  }

  /** A key that is wrong: the mark stands under the key, not its value. */
  addKey(code: ErrorCode, details: Details, { path, hint }: Where): void {
    this.#errors.push(new BackworksError(code, details, { where: this.#keyPlace(path), hint }));
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
    this.#errors.push(...partsOf(error));
  }

  /** @throws BW_CONFIG_INVALID when there was a mistake */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw invalidConfig(this.#errors);
  }
}
