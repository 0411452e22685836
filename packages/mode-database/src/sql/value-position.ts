import { SqlProblem } from "./problem.ts";
import type { Token } from "./tokens.ts";

/** Words behind which a value may stand; behind every other word stands a name, or it is one. */
const beforeValues: ReadonlySet<string> = new Set(
  (
    "SELECT WHERE AND OR NOT IN LIKE ILIKE BETWEEN LIMIT OFFSET THEN ELSE WHEN CASE HAVING ON ESCAPE RETURNING IS FROM " +
    "DISTINCT ALL ANY SOME FIRST NEXT REGEXP RLIKE GLOB MATCH DIV MOD XOR BINARY TO DEFAULT CALL PERFORM FOR INTERVAL VALUE ZONE"
  ).split(" "),
);

/** Words that begin a part of a statement in which names stand: of tables, columns, or what an order goes by. */
const ofNames: ReadonlySet<string> = new Set(
  "FROM JOIN INTO UPDATE TABLE USING BY VIEW INDEX TRUNCATE WINDOW PARTITION".split(" "),
);

/** Words that begin a part in which values stand again. */
const ofValues: ReadonlySet<string> = new Set(
  "SELECT WHERE ON SET VALUES HAVING LIMIT OFFSET RETURNING CASE WHEN THEN ELSE AND OR UNION FETCH CALL FOR".split(" "),
);

/** Follows a statement and knows whether a value may stand where it is. */
export class ValuePosition {
  /** The part of the statement, by parentheses; `undefined` is one in which values stand. */
  readonly #parts: (string | undefined)[] = [undefined];
  #last: Token | undefined;
  #lastText = "";

  /** The next token that is neither blank nor comment. */
  pass(token: Token, text: string): void {
    if (token.kind === "word") this.#passWord(text.toUpperCase());
    else if (text === "(") this.#parts.push(this.#inside());
    else if (text === ")" && this.#parts.length > 1) this.#parts.pop();
    this.#last = token;
    this.#lastText = text;
  }

  /** @throws SqlProblem when a value cannot stand here, before `next` */
  check(at: number, next: string | undefined): void {
    const part = this.#parts.at(-1);
    const word = this.#last?.kind === "word" ? this.#lastText.toUpperCase() : undefined;
    if (this.#touches(at, next)) throw asName(at);
    if (part !== undefined && part !== "(" && this.#isItem(word)) throw asName(at, part);
    const wrongWord = word !== undefined && !beforeValues.has(word);
    if (wrongWord || isOperand(this.#last, this.#lastText)) throw behind(at, this.#lastText);
  }

  /** Whether it would be a part of the name before or behind it. */
  #touches(at: number, next: string | undefined): boolean {
    if (next !== undefined && /^[\w.$(]/.test(next)) return true;
    if (this.#lastText === "." || this.#lastText === "::") return true;
    return this.#last?.kind === "word" && this.#last.end === at;
  }

  /** Whether a name would begin here: behind the word of the part or a comma. */
  #isItem(word: string | undefined): boolean {
    return word === undefined ? /^[,(]$/.test(this.#lastText) : ofNames.has(word);
  }

  #passWord(word: string): void {
    // `IS DISTINCT FROM`, `EXTRACT(x FROM y)`, `TRIM(x FROM y)`, `SUBSTRING(x FROM y)`: what follows is a value.
    const ofExpression = word === "FROM" && (this.#lastText.toUpperCase() === "DISTINCT" || this.#parts.at(-1) === "(");
    if (ofExpression) return;
    if (ofNames.has(word)) this.#parts[this.#parts.length - 1] = word;
    else if (ofValues.has(word)) this.#parts[this.#parts.length - 1] = undefined;
  }

  /** What parentheses that open here hold. */
  #inside(): string | undefined {
    const part = this.#parts.at(-1);
    if (part === "INTO" || part === "USING") return part;
    return this.#last?.kind === "word" && /^(EXTRACT|TRIM|SUBSTRING|OVERLAY|POSITION)$/i.test(this.#lastText)
      ? "("
      : undefined;
  }
}

function isOperand(token: Token | undefined, text: string): boolean {
  return token !== undefined && token.kind !== "word" && (token.kind !== "sign" || text === ")" || text === "]");
}

function asName(at: number, part?: string): SqlProblem {
  const where = part === undefined ? "where a name stands" : `behind ${part}, where a name stands`;
  const ofOrder = part === "BY" ? "; a value orders nothing: write CASE WHEN ${…} = 'name' THEN name END" : "";
  return new SqlProblem(
    `an expression ${where}`,
    at,
    `an expression is a value, never a table, column or keyword${ofOrder}`,
  );
}

function behind(at: number, text: string): SqlProblem {
  const hint = "an expression is a value: it stands behind an operator, a comma or a keyword";
  return new SqlProblem(`an expression behind ${text}`, at, hint);
}
