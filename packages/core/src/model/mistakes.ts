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
    const errors = [...this.#errors].sort(inFileOrder(sources));
    const count = errors.length === 1 ? "1 mistake" : `${errors.length} mistakes`;
    throw new BackworksError("BW_CONFIG_INVALID", { count, file }, { errors });
  }
}

function inFileOrder(sources: readonly Source[]): (left: BackworksError, right: BackworksError) => number {
  const order = new Map(sources.map(({ file }, index) => [file, index]));
  const rank = ({ where }: BackworksError): [file: number, line: number, column: number] =>
    where === undefined ? [-1, 0, 0] : [order.get(where.source.file) ?? order.size, where.line, where.column];
  return (one, other) => {
    const [left, right] = [rank(one), rank(other)];
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
  };
}
