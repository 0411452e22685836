import type { Source } from "../errors.ts";

/**
 * A stretch of a source that was read by itself. Tokens in it count from its own beginning, so that what was read of it goes on being right when
 * the stretch stands elsewhere, or in a text that is otherwise another.
 */
export class Excerpt implements Source {
  /** What was read: nothing of it holds the whole text. */
  readonly text: string;
  /** Where it stands now. */
  #whole: Source;
  #offset: number;

  constructor(text: string, whole: Source, offset: number) {
    this.text = text;
    this.#whole = whole;
    this.#offset = offset;
  }

  get file(): string {
    return this.#whole.file;
  }

  get whole(): Source {
    return this.#whole;
  }

  /** What is added to an offset in it, for the one in the whole. */
  get offset(): number {
    return this.#offset;
  }

  moveTo(whole: Source, offset: number): void {
    this.#whole = whole;
    this.#offset = offset;
  }
}
