import type { FuncKeywordDefinition } from "ajv";
import type { DataValidateFunction } from "ajv/dist/types/index.js";

/** `multipleOf` of the numbers as they are written: divided as binary fractions, 19.99 is no multiple of 0.01. */
export const multipleOf: FuncKeywordDefinition = {
  keyword: "multipleOf",
  type: "number",
  schemaType: "number",
  errors: true,
  compile(divisor: number) {
    const check: DataValidateFunction = (value: number) => {
      if (isMultiple(value, divisor)) return true;
      check.errors = [
        { keyword: "multipleOf", message: `must be multiple of ${divisor}`, params: { multipleOf: divisor } },
      ];
      return false;
    };
    return check;
  },
};

function isMultiple(value: number, divisor: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
  const [digits, exponent] = toDecimal(value);
  const [divisorDigits, divisorExponent] = toDecimal(divisor);
  const least = Math.min(exponent, divisorExponent);
  return scaled(digits, exponent - least) % scaled(divisorDigits, divisorExponent - least) === 0n;
}

/** The shortest decimal that is this number, as digits and a power of ten. */
function toDecimal(value: number): readonly [digits: bigint, exponent: number] {
  const [mantissa = "", power] = value.toExponential().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return [BigInt(whole + fraction), Number(power) - fraction.length];
}

function scaled(digits: bigint, power: number): bigint {
  return digits * 10n ** BigInt(power);
}
