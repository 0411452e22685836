/** An expression as it was written; `start` and `end` are offsets in the scanned text. */
export type Expression = Span &
  (
    | { readonly kind: "literal"; readonly value: string | number | boolean | null }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "member"; readonly object: Expression; readonly key: string; readonly optional: boolean }
    | { readonly kind: "index"; readonly object: Expression; readonly key: Expression; readonly optional: boolean }
    | { readonly kind: "call"; readonly callee: Expression; readonly parameters: readonly Expression[] }
    | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
    | {
        readonly kind: "binary";
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: "conditional";
        readonly test: Expression;
        readonly then: Expression;
        readonly otherwise: Expression;
      }
    | { readonly kind: "array"; readonly items: readonly Expression[] }
    | { readonly kind: "object"; readonly entries: readonly (readonly [key: string, value: Expression])[] }
    | { readonly kind: "text"; readonly parts: readonly (string | Expression)[] }
  );

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An expression of one kind. */
export type ExpressionOf<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

export type UnaryOperator = "!" | "-";

export type BinaryOperator = keyof typeof precedence;

/** How tightly the operators between two operands bind, loosest first. */
export const precedence = {
  ":-": 1,
  "||": 2,
  "??": 2,
  "&&": 3,
  "==": 4,
  "!=": 4,
  "===": 4,
  "!==": 4,
  "<": 5,
  "<=": 5,
  ">": 5,
  ">=": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  "%": 7,
} as const;

/** Words of the older spelling, by the operator they stand for. */
export const wordOperators: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["not", "!"],
]);
