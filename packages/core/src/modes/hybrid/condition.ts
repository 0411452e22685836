import type { Exchange } from "../../exchange.ts";
import type { EndpointSource, ModeTemplate, ModeTemplates } from "../../mode.ts";
import { parsePathPattern } from "../../path-pattern.ts";
import type { Branch } from "./plan.ts";

/** A `when:` that was compiled. */
export interface Condition {
  readonly text: string;
  /** What it always is, when it looks at nothing of the request. */
  readonly always: boolean | undefined;
  readonly usesBody: boolean;
  test(exchange: Exchange): boolean;
  /** The value it has, for people. */
  show(exchange: Exchange): string;
}

/** Compiles the condition of a branch. @throws BW_CONFIG_INVALID with every mistake of it */
export function compileCondition(
  { text, path }: NonNullable<Branch["when"]>,
  endpoint: EndpointSource,
  templates: ModeTemplates,
): Condition {
  const template = templates.compile(isExpression(text) ? text : `\${${text}}`, {
    place: () => endpoint.place(path),
    files: endpoint.files,
    parameters: parsePathPattern(endpoint.path).parameters,
  });
  return {
    text,
    always: template.constant ? isTrue(template, nobody) : undefined,
    usesBody: template.usesBody,
    test: (exchange) => isTrue(template, exchange),
    show: (exchange) => JSON.stringify(template.evaluate(exchange) ?? null),
  };
}

// A constant looks at nothing of it.
const nobody = Object.freeze({}) as unknown as Exchange;

/** One `${…}` and nothing else. Inside an expression it acts as parentheses, so that one around several does no harm. */
function isExpression(text: string): boolean {
  return /^\s*\$\{[^{}]*\}\s*$/.test(text) || text.includes("{{");
}

function isTrue(template: ModeTemplate, exchange: Exchange): boolean {
  return Boolean(template.evaluate(exchange));
}
