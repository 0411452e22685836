import type { FuncKeywordDefinition } from "ajv";
import type { DataValidateFunction } from "ajv/dist/types/index.js";
import type { JsonValue } from "../exchange.ts";
import { canonical } from "../canonical.ts";

/**
 * `const` and `enum` by value: the library takes objects of different prototypes for different, which those of a configuration and of a
 * body are, and asks a body's own `valueOf`.
 */
export const fixedValues: readonly FuncKeywordDefinition[] = [
  {
    keyword: "const",
    errors: true,
    compile: (wanted: JsonValue) =>
      oneOf([wanted], { keyword: "const", message: "must be equal to constant", params: {} }),
  },
  {
    keyword: "enum",
    schemaType: "array",
    errors: true,
    compile: (allowed: readonly JsonValue[]) =>
      oneOf(allowed, {
        keyword: "enum",
        message: "must be one of the allowed values",
        params: { allowedValues: allowed },
      }),
  },
];

function oneOf(
  allowed: readonly JsonValue[],
  error: NonNullable<DataValidateFunction["errors"]>[number],
): DataValidateFunction {
  if (allowed.length === 0) throw new Error("enum must have at least one value");
  const simple = new Set(allowed.filter((value) => !isCompound(value)));
  const compound = new Set(allowed.filter(isCompound).map(canonical));
  const check: DataValidateFunction = (value: JsonValue) => {
    if (isCompound(value) ? compound.size > 0 && compound.has(canonical(value)) : simple.has(value)) return true;
    // The library writes the place and the value into it.
    check.errors = [{ ...error }];
    return false;
  };
  return check;
}

function isCompound(value: JsonValue): boolean {
  return typeof value === "object" && value !== null;
}
