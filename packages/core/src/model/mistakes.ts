import { isBackworksError } from "../errors.ts";
import type { BackworksError } from "../errors.ts";
import { invalidConfig, partsOf } from "../invalid-config.ts";
import type { MistakeOrder } from "../invalid-config.ts";

/** Collects what is wrong while an App is built, so that it is reported together and in file order. */
export class Mistakes {
  readonly #errors: BackworksError[] = [];
  readonly #keepsOn: boolean;

  /** Whether what fails otherwise is passed over, to find the mistakes behind it. */
  constructor({ keepsOn = false }: { readonly keepsOn?: boolean } = {}) {
    this.#keepsOn = keepsOn;
  }

  get all(): readonly BackworksError[] {
    return this.#errors;
  }

  add(...errors: readonly BackworksError[]): void {
    this.#errors.push(...errors);
  }

  /** Runs `task`; mistakes of the configuration are kept, anything else is thrown on. */
  async collect<T>(task: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      if (isMistake(error)) this.add(...partsOf(error));
      else if (!this.#keepsOn) throw error;
      return undefined;
    }
  }

  /** @throws BW_CONFIG_INVALID when there is any */
  refuse(order: MistakeOrder): void {
    if (this.#errors.length > 0) throw invalidConfig(this.#errors, order);
  }
}

function isMistake(error: unknown): error is BackworksError {
  return isBackworksError(error) && (error.where !== undefined || error.errors.length > 0);
}
