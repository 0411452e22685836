import { BackworksError, isBackworksError } from "../errors.ts";
import type { Source } from "../errors.ts";

/** Collects what is wrong while an App is built, so that it is reported together and in file order. */
export class Mistakes {
  readonly #errors: BackworksError[] = [];

  get count(): number {
    return this.#errors.length;
  }

  add(...errors: readonly BackworksError[]): void {
    this.#errors.push(...errors);
  }

  /** Runs `task`; mistakes of the configuration are kept, anything else is thrown on. */
  async collect<T>(task: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      if (!isBackworksError(error) || (error.where === undefined && error.errors.length === 0)) throw error;
      this.add(...(error.errors.length > 0 ? error.errors : [error]));
      return undefined;
    }
  }

  /** @throws BW_CONFIG_INVALID when there is any */
  refuse(file: string, sources: readonly Source[]): void {
    if (this.count === 0) return;
    const order = new Map(sources.map((source, index) => [source.file, index]));
    const rank = ({ where }: BackworksError): number => (where ? (order.get(where.source.file) ?? order.size) : -1);
    const errors = [...this.#errors].sort(
      (left, right) =>
        rank(left) - rank(right) ||
        (left.where?.line ?? 0) - (right.where?.line ?? 0) ||
        (left.where?.column ?? 0) - (right.where?.column ?? 0),
    );
    const count = errors.length === 1 ? "1 mistake" : `${errors.length} mistakes`;
    throw new BackworksError("BW_CONFIG_INVALID", { count, file }, { errors });
  }
}
