import type { JsonValue } from "../../../exchange.ts";
import type { Path } from "../mistakes.ts";
import type { MockScope } from "../scope.ts";
import type { Check } from "./check.ts";
import { compileTextCondition } from "./condition.ts";
import { nameHint, valueHint } from "./hint.ts";
import { spell } from "./spelling.ts";
import type { WhenContext } from "./when.ts";

/** Parts of a request that are names with texts. */
export type FieldGroup = "headers" | "query" | "cookies" | "form";

type Fields = Readonly<Record<string, JsonValue | undefined>>;
type Values = Readonly<Record<string, unknown>>;

/** One check for each name; header names in any case. */
export function compileFields(
  group: FieldGroup,
  fields: Fields | undefined,
  { path, context }: { readonly path: Path; readonly context: WhenContext },
): readonly Check[] {
  return Object.entries(fields ?? {}).map(([name, value]) => {
    const condition = compileTextCondition(value ?? null, [...path, group, name], context);
    const key = group === "headers" ? name.toLowerCase() : name;
    const field = `${group}.${key}`;
    const read = (scope: MockScope): unknown => {
      const values = readers[group](scope);
      return Object.hasOwn(values, key) ? values[key] : undefined;
    };
    return {
      field,
      expected: condition.expected,
      weight: condition.weight,
      usesBody: group === "form",
      test: (scope) => condition.test(read(scope)),
      actual: (scope) => spell(read(scope)),
      hint: (scope) => {
        const actual = read(scope);
        return actual === undefined ? nameHint(group, key, readers[group](scope)) : valueHint(field, condition, actual);
      },
    };
  });
}

const readers: Readonly<Record<FieldGroup, (scope: MockScope) => Values>> = {
  headers: (scope) => scope.request.headers,
  query: (scope) => scope.request.query,
  cookies: (scope) => scope.request.cookies,
  form: (scope) => {
    const value = scope.request.received?.value;
    const type = scope.request.headers["content-type"] ?? "";
    const isForm = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(String(type));
    // Form fields are an object of texts by the contract of RequestBody.
    return isForm && typeof value === "object" && value !== null ? (value as Values) : {};
  },
};
