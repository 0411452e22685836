import type { Lexicon } from "./lexicon.ts";
import { SqlProblem } from "./problem.ts";
import { tokenize } from "./tokens.ts";
import type { TextPart, Token } from "./tokens.ts";
import { ValuePosition } from "./value-position.ts";

/** What stands for a value in a statement. */
export type Slot =
  | { readonly kind: "template"; /** With its expressions, as templates are written. */ readonly source: string }
  | { readonly kind: "parameter"; /** From 0, in `params`. */ readonly index: number };

/** A statement in which values are slots. */
export interface ParsedSql {
  /** What stands between the slots: one more than there are slots. */
  readonly pieces: readonly string[];
  readonly slots: readonly Slot[];
  /** Whether it changes nothing. */
  readonly reads: boolean;
}

/**
 * Takes every expression out of a statement. A text that holds expressions becomes one value.
 *
 * @throws SqlProblem
 */
export function parseSql(sql: string, lexicon: Lexicon): ParsedSql {
  const tokens = withoutEnd(tokenize(sql, lexicon), sql);
  const pieces: string[] = [""];
  const slots: Slot[] = [];
  const position = new ValuePosition();
  let nextParameter = 0;
  for (const token of tokens) {
    const text = sql.slice(token.start, token.end);
    const slot = toSlot(token, () => nextParameter++);
    if (token.kind === "expression") position.check(token.start, sql[token.end]);
    if (token.kind !== "blank" && token.kind !== "comment") position.pass(token, text);
    if (slot === undefined) pieces[pieces.length - 1] += asWritten(token, text);
    else pieces.push("");
    if (slot !== undefined) slots.push(slot);
  }
  refuseTypedTexts(tokens, sql);
  return { pieces, slots, reads: isReading(tokens, sql) };
}

function toSlot(token: Token, next: () => number): Slot | undefined {
  if (token.kind === "expression") return { kind: "template", source: token.source };
  if (token.kind === "parameter")
    return { kind: "parameter", index: token.number === undefined ? next() : token.number - 1 };
  if (token.kind !== "text" || !token.parts.some(({ kind }) => kind === "expression")) return undefined;
  return { kind: "template", source: token.parts.map(templateOf).join("") };
}

/** A text of SQL as a part of a template: what looks like an expression there is none. */
function templateOf(part: TextPart): string {
  return part.kind === "expression" ? part.source : part.text.replaceAll("${", "$$${").replaceAll("{{", "${'{{'}");
}

/** `$${` in a text that holds no expression is `${` all the same. */
function asWritten(token: Token, text: string): string {
  return token.kind === "text" ? text.replaceAll("$${", "${") : text;
}

/** One statement, its `;` left out. */
function withoutEnd(tokens: readonly Token[], sql: string): readonly Token[] {
  const end = tokens.findIndex(({ kind }) => kind === "end");
  const rest = end < 0 ? [] : tokens.slice(end).filter(({ kind }) => !["end", "blank", "comment"].includes(kind));
  if (rest[0] !== undefined)
    throw new SqlProblem("a second statement begins", rest[0].start, "one endpoint runs one statement");
  const own = end < 0 ? tokens : tokens.slice(0, end);
  if (own.every(({ kind }) => kind === "blank" || kind === "comment"))
    throw new SqlProblem("it is empty", Math.max(0, sql.length - 1));
  return own;
}

/** `DATE '${x}'` is a literal in which no value can stand. */
function refuseTypedTexts(tokens: readonly Token[], sql: string): void {
  const own = tokens.filter(({ kind }) => kind !== "blank" && kind !== "comment");
  for (const [index, token] of own.entries()) {
    const before = own[index - 1];
    const word = before?.kind === "word" ? sql.slice(before.start, before.end).toUpperCase() : "";
    const holds = token.kind === "text" && token.parts.some(({ kind }) => kind === "expression");
    if (holds && /^(DATE|TIME|TIMESTAMP|TIMESTAMPTZ|INTERVAL)$/.test(word))
      throw new SqlProblem(`an expression in ${word} '…'`, token.start, `write CAST('…' AS ${word})`);
  }
}

const reading: ReadonlySet<string> = new Set("SELECT VALUES TABLE SHOW DESCRIBE EXPLAIN".split(" "));
const changing = /^(INSERT|UPDATE|DELETE|MERGE|REPLACE|INTO)$/i;

/** A statement reads when it begins like one that does and no word outside of texts and names changes anything. */
function isReading(tokens: readonly Token[], sql: string): boolean {
  const words = tokens
    .filter(({ kind }) => kind === "word")
    .map(({ start, end }) => sql.slice(start, end).toUpperCase());
  const [first = ""] = words;
  if (!reading.has(first) && first !== "WITH") return false;
  return !words.some((word, index) => changing.test(word) && !(word === "REPLACE" || words[index - 1] === "FOR"));
}
