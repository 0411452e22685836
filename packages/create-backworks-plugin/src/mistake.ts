/** Something that the person can mend: it is shown without a stack. */
export class Mistake extends Error {
  override readonly name = "Mistake";
  /** What to do. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
