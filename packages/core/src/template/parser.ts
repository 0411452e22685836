import { defaultText } from "./default-text.ts";
import { deepestExpression, longestChain } from "./limits.ts";
import type { ParserOptions, Range } from "./names.ts";
import { SyntaxProblem } from "./problem.ts";
import { scan } from "./scan.ts";
import type { BinaryOperator, Expression } from "./syntax.ts";
import { precedence, wordOperators } from "./syntax.ts";
import type { Token } from "./tokens.ts";
import { tokenize, unescape } from "./tokens.ts";

const literals: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** After a dot these may have names with a hyphen: `headers.x-request-id`. */
const hyphenated = new Set(["headers", "cookies"]);

/**
 * Reads the expression between two offsets of a text.
 *
 * @throws SyntaxProblem
 */
export function parse(text: string, { from, to }: Range, options: ParserOptions): Expression {
  const withText = defaultText(text, { from, to }, options);
  if (withText === undefined) return new Parser(text, tokenize(text, from, to), options).whole();
  const left = new Parser(text, tokenize(text, from, withText.operatorAt), options).whole();
  const right: Expression = { kind: "literal", value: withText.text, start: withText.start, end: to };
  return { kind: "binary", operator: ":-", left, right, start: left.start, end: to };
}

/** Recursive descent; operators by precedence climbing. */
class Parser {
  readonly #text: string;
  readonly #tokens: Token[];
  readonly #options: ParserOptions;
  #at = 0;
  #depth: number;

  constructor(text: string, tokens: readonly Token[], options: ParserOptions) {
    this.#text = text;
    this.#tokens = [...tokens];
    this.#options = options;
    this.#depth = options.depth ?? 0;
  }

  whole(): Expression {
    if (this.#atEnd()) throw new SyntaxProblem("there is no expression", Math.max(0, this.#token.start - 2));
    const expression = this.#expression();
    if (!this.#atEnd()) throw this.#unexpected();
    return expression;
  }

  get #token(): Token {
    // The last token, of kind `end`, is never passed.
    return this.#tokens[this.#at] as Token;
  }

  get #previousEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  /** `test ? then : otherwise`, or what binds tighter. */
  #expression(insideCondition = false): Expression {
    if (this.#depth >= deepestExpression)
      throw new SyntaxProblem("the expression is nested too deep", this.#token.start);
    this.#depth += 1;
    const test = this.#binary(1, insideCondition);
    const result = this.#accept("?") ? this.#conditional(test, insideCondition) : test;
    this.#depth -= 1;
    return result;
  }

  #conditional(test: Expression, insideCondition: boolean): Expression {
    const then = this.#expression(true);
    this.#expectColon();
    const otherwise = this.#expression(insideCondition);
    return { kind: "conditional", test, then, otherwise, start: test.start, end: otherwise.end };
  }

  /** Inside `? … :` the mark `:-` is a colon and a minus. */
  #binary(weakest: number, insideCondition: boolean): Expression {
    let left = this.#unary();
    for (let links = 0; ; links += 1) {
      if (links > longestChain) throw new SyntaxProblem("the expression is too long", this.#token.start);
      const operator = this.#operator();
      if (operator === undefined || precedence[operator] < weakest || (operator === ":-" && insideCondition))
        return left;
      this.#at += 1;
      const right = this.#right(operator, insideCondition);
      left = { kind: "binary", operator, left, right, start: left.start, end: right.end };
    }
  }

  #right(operator: BinaryOperator, insideCondition: boolean): Expression {
    if (operator !== ":-") return this.#binary(precedence[operator] + 1, insideCondition);
    const start = this.#previousEnd;
    if (this.#atEnd()) return { kind: "literal", value: "", start, end: start };
    return this.#expression(insideCondition);
  }

  #operator(): BinaryOperator | undefined {
    const { kind, value } = this.#token;
    if (kind !== "mark" && kind !== "name") return undefined;
    const mark = kind === "name" ? wordOperators.get(value) : value;
    // The table has its own properties only for operators.
    return mark !== undefined && Object.hasOwn(precedence, mark) ? (mark as BinaryOperator) : undefined;
  }

  #unary(): Expression {
    const { start, kind, value } = this.#token;
    const operator = kind === "name" ? wordOperators.get(value) : kind === "mark" ? value : undefined;
    if (operator !== "!" && operator !== "-") return this.#postfix();
    if (this.#depth >= deepestExpression) throw new SyntaxProblem("the expression is nested too deep", start);
    this.#at += 1;
    this.#depth += 1;
    const operand = value === "not" ? this.#binary(precedence["=="], true) : this.#unary();
    this.#depth -= 1;
    return { kind: "unary", operator, operand, start, end: operand.end };
  }

  #postfix(): Expression {
    let expression = this.#primary();
    for (let links = 0; ; links += 1) {
      if (links > longestChain) throw new SyntaxProblem("the expression is too long", this.#token.start);
      const next = this.#link(expression);
      if (next === undefined) return expression;
      expression = next;
    }
  }

  /** One `.name`, `?.name`, `[index]`, `?.[index]` or `(arguments)` behind an expression. */
  #link(object: Expression): Expression | undefined {
    if (this.#accept("(")) return this.#call(object);
    const optional = this.#is("?.");
    if (optional) this.#at += 1;
    if (this.#accept("[")) {
      const key = this.#expression();
      this.#expect("]");
      return { kind: "index", object, key, optional, start: object.start, end: this.#previousEnd };
    }
    if (!optional && !this.#accept(".")) return undefined;
    const key = this.#memberName(object);
    return { kind: "member", object, key, optional, start: object.start, end: this.#previousEnd };
  }

  #memberName(object: Expression): string {
    const { kind, value } = this.#token;
    if (kind !== "name" && kind !== "number") throw this.#unexpected("a name");
    this.#at += 1;
    const last = object.kind === "name" ? object.name : object.kind === "member" ? object.key : "";
    return hyphenated.has(last) ? value + this.#hyphens() : value;
  }

  /** `-request-id` directly behind a name. */
  #hyphens(): string {
    const start = this.#previousEnd;
    while (this.#is("-") && !this.#token.spaced) {
      const next = this.#tokens[this.#at + 1];
      if (next === undefined || next.spaced || (next.kind !== "name" && next.kind !== "number")) break;
      this.#at += 2;
    }
    return this.#text.slice(start, this.#previousEnd);
  }

  #call(callee: Expression): Expression {
    const parameters = this.#list(")");
    return { kind: "call", callee, parameters, start: callee.start, end: this.#previousEnd };
  }

  #list(closing: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#accept(closing)) {
      items.push(this.#expression());
      if (!this.#is(closing) && !this.#accept(",")) throw this.#unexpected(`a comma or ${closing}`);
    }
    return items;
  }

  #primary(): Expression {
    const token = this.#token;
    const { start, end, value } = token;
    if (token.kind === "name") return this.#name(token);
    this.#at += 1;
    if (token.kind === "number") return { kind: "literal", value: Number(value), start, end };
    if (token.kind === "text") return this.#textLiteral(token);
    if (value === "[") return { kind: "array", items: this.#list("]"), start, end: this.#previousEnd };
    if (value === "{") return this.#object(start);
    if (token.kind === "nested") return { ...this.#nested({ from: start + 2, to: end - 1 }), start, end };
    if (value === "(") {
      const inner = this.#expression();
      this.#expect(")");
      return { ...inner, start, end: this.#previousEnd };
    }
    this.#at -= 1;
    throw this.#unexpected();
  }

  #name({ value: name, start, end }: Token): Expression {
    this.#at += 1;
    const literal = literals.get(name);
    if (literal !== undefined) return { kind: "literal", value: literal, start, end };
    const callee: Expression = { kind: "name", name, start, end };
    const bare = this.#options.older && this.#options.isFunction(name) && !this.#options.isRoot(name) && !this.#is("(");
    if (!bare) return callee;
    const parameters = this.#depth === (this.#options.depth ?? 0) + 1 ? this.#spacedParameters() : [];
    return { kind: "call", callee, parameters, start, end: this.#previousEnd };
  }

  /** The rest of `random 18 65`. */
  #spacedParameters(): Expression[] {
    const parameters: Expression[] = [];
    this.#depth += 1;
    while (this.#beginsOperand()) parameters.push(this.#unary());
    this.#depth -= 1;
    return parameters;
  }

  /** Whether a value without an operator before it begins here; a minus that touches its number belongs to it. */
  #beginsOperand(): boolean {
    const { kind, value, spaced } = this.#token;
    if (kind === "name") return !wordOperators.has(value);
    if (kind !== "mark") return kind !== "end";
    const next = this.#tokens[this.#at + 1];
    return value === "-" && spaced && next?.kind === "number" && !next.spaced;
  }

  #textLiteral({ value, start, end }: Token): Expression {
    const raw = this.#text.slice(start + 1, end - 1);
    if (!raw.includes("${")) return { kind: "literal", value, start, end };
    const parts = scan(this.#text, { from: start + 1, to: end - 1, older: false }).map((segment) =>
      segment.kind === "text" ? unescape(segment.text) : this.#nested(segment),
    );
    return { kind: "text", parts, start, end };
  }

  #nested(range: Range): Expression {
    return parse(this.#text, range, { ...this.#options, older: false, depth: this.#depth + 1 });
  }

  #object(start: number): Expression {
    const entries: [string, Expression][] = [];
    while (!this.#accept("}")) {
      const { kind, value } = this.#token;
      if (kind !== "name" && kind !== "text" && kind !== "number") throw this.#unexpected("a key");
      this.#at += 1;
      this.#expectColon();
      entries.push([value, this.#expression()]);
      if (!this.#is("}") && !this.#accept(",")) throw this.#unexpected("a comma or }");
    }
    return { kind: "object", entries, start, end: this.#previousEnd };
  }

  #atEnd(): boolean {
    return this.#token.kind === "end";
  }

  #is(mark: string): boolean {
    return this.#token.kind === "mark" && this.#token.value === mark;
  }

  #accept(mark: string): boolean {
    const found = this.#is(mark);
    if (found) this.#at += 1;
    return found;
  }

  #expect(mark: string): void {
    if (!this.#accept(mark)) throw this.#unexpected(mark);
  }

  /** In `a ? b :-1` and `{ a:-1 }` the mark `:-` is a colon and a minus. */
  #expectColon(): void {
    if (!this.#is(":-")) return this.#expect(":");
    const { start, end } = this.#token;
    this.#tokens[this.#at] = { kind: "mark", value: "-", start: start + 1, end, spaced: false };
  }

  #unexpected(wanted?: string): SyntaxProblem {
    const { kind, start, end } = this.#token;
    const found =
      kind === "end" ? "the end of the expression" : kind === "text" ? "a text" : this.#text.slice(start, end);
    const early = kind === "end" ? "the expression ends too early" : `unexpected ${found}`;
    const message = wanted === undefined ? early : `expected ${wanted}, found ${found}`;
    return new SyntaxProblem(message, start, { end: Math.max(end, start + 1) });
  }
}
