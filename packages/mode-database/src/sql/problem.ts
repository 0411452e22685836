/** What is wrong with SQL of the configuration. */
export class SqlProblem extends Error {
  /** Where in the SQL. */
  readonly at: number;
  readonly hint: string | undefined;

  constructor(message: string, at: number, hint?: string) {
    super(message);
    this.at = at;
    this.hint = hint;
  }
}
