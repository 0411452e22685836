import type { Lexicon } from "../sql/lexicon.ts";
import { tokenize } from "../sql/tokens.ts";
import type { Token } from "../sql/tokens.ts";

/** Statements of a script, one after another. The bodies of triggers and procedures are not cut. @throws SqlProblem */
export function splitScript(script: string, lexicon: Lexicon): readonly string[] {
  const statements: string[] = [];
  let from = 0;
  let body = new Body();
  for (const token of tokenize(script, lexicon)) {
    if (token.kind === "word") body.pass(script.slice(token.start, token.end).toUpperCase());
    if (token.kind !== "end" || body.isOpen) continue;
    statements.push(script.slice(from, token.start));
    from = token.end;
    body = new Body();
  }
  statements.push(script.slice(from));
  return statements.map((statement) => statement.trim()).filter((statement) => says(statement, lexicon));
}

/** Whether there is anything but blanks and comments. */
function says(statement: string, lexicon: Lexicon): boolean {
  return tokenize(statement, lexicon).some(({ kind }: Token) => kind !== "blank" && kind !== "comment");
}

/** Knows whether a statement that makes a trigger or procedure is in the middle of it. */
class Body {
  #words: string[] = [];
  #holdsBody = false;
  #depth = 0;

  get isOpen(): boolean {
    return this.#depth > 0;
  }

  pass(word: string): void {
    const before = this.#words.at(-1);
    this.#words.push(word);
    if (this.#words[0] === "CREATE" && /^(?:TRIGGER|PROCEDURE|FUNCTION|EVENT)$/.test(word)) this.#holdsBody = true;
    if (!this.#holdsBody) return;
    if (word === "BEGIN" || (word === "CASE" && before !== "END")) this.#depth += 1;
    // `END IF`, `END LOOP` and the like end what began within.
    if (word === "END") this.#depth -= 1;
    else if (before === "END" && /^(?:IF|LOOP|WHILE|REPEAT)$/.test(word)) this.#depth += 1;
  }
}
