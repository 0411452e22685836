import type { JsonValue } from "../../../exchange.ts";
import type { Template } from "../../../template/template.ts";
import type { Path } from "../mistakes.ts";
import type { WhenOptions } from "../options/when.ts";
import { compileBody } from "./body.ts";
import type { Check } from "./check.ts";
import type { ConditionOptions } from "./condition.ts";
import { expressionCheck } from "./expression.ts";
import { compileFields } from "./fields.ts";
import { compileMethod } from "./method.ts";
import { compilePath } from "./path.ts";

/** What the conditions of an endpoint are compiled with. */
export interface WhenContext extends ConditionOptions {
  /** Pattern of the endpoint, parameters as `{name}`. */
  readonly pattern: string;
  readonly basePath: string;
  /** Compiles one expression, with or without `${` around it. */
  compileExpression(text: string, path: Path): Template;
  readSchema(schema: JsonValue, path: Path): JsonValue;
}

/** The checks of a `when:` block, in the order they are made: cheap ones first. */
export function compileWhen(when: WhenOptions, path: Path, context: WhenContext): readonly Check[] {
  return [
    ...(when.method === undefined ? [] : [compileMethod(when.method, [...path, "method"], context)]),
    ...(when.path === undefined ? [] : compilePath(when.path, [...path, "path"], context)),
    ...compileFields("headers", when.headers, { path, context }),
    ...compileFields("query", when.query, { path, context }),
    ...compileFields("cookies", when.cookies, { path, context }),
    ...compileFields("form", when.form, { path, context }),
    ...(when.body === undefined ? [] : compileBody(when.body, [...path, "body"], context)),
    ...(when.expr === undefined ? [] : [expressionCheck(when.expr, [...path, "expr"], context)]),
  ];
}
