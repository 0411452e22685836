import { isBackworksError } from "@backworks/core";
import type { Exchange, MaybePromise, Next, ResponseInit } from "@backworks/core";

/** What an `around` hook asks of the handler, while somebody looks. */
export class NextWatch {
  /** Whether the handler was asked for the hook's own exchange while it answered that, or when it had answered well. */
  askedAgain = false;
  readonly #exchange: Exchange;
  readonly #next: Next;
  readonly #thrown = new Set<unknown>();
  #isTaken = false;

  constructor(exchange: Exchange, next: Next) {
    this.#exchange = exchange;
    this.#next = next;
  }

  readonly next: Next = (given) => {
    const isOwn = given === this.#exchange;
    if (isOwn) {
      this.askedAgain ||= this.#isTaken;
      this.#isTaken = true;
    }
    try {
      const answer: MaybePromise<ResponseInit> = this.#next(given);
      if (answer instanceof Promise) answer.then(this.#heard(isOwn), (error: unknown) => this.#failed(error, isOwn));
      else this.#heard(isOwn)(answer);
      return answer;
    } catch (error) {
      this.#failed(error, isOwn);
      throw error;
    }
  };

  /** Whether an error is an answer, the hook's own or the handler's. */
  isAnswer(error: unknown): boolean {
    return isBackworksError(error) || this.#thrown.has(error);
  }

  /** A handler that answered badly may be asked once more. */
  #heard(isOwn: boolean): (answer: ResponseInit | undefined) => void {
    return (answer) => {
      if (isOwn && (answer?.status ?? 200) >= 500) this.#isTaken = false;
    };
  }

  #failed(error: unknown, isOwn: boolean): void {
    this.#thrown.add(error);
    if (isOwn) this.#isTaken = false;
  }
}
