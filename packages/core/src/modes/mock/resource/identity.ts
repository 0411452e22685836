import type { Random } from "../../../clock.ts";
import type { JsonValue } from "../../../exchange.ts";

/** How the rows of a collection are told apart. */
export interface Identity {
  readonly field: string;
  readonly type: "string" | "integer";
  readonly generate: "uuid" | "increment" | "none";
}

/** An id as the configuration describes it; what is left out is found by `inferIdentity`. */
export interface IdentityOptions {
  readonly field: string;
  readonly type?: Identity["type"] | undefined;
  readonly generate?: Identity["generate"] | undefined;
}

/** Fills in what the options leave out: the schema's type of the field, else that of a seed's id, else integer. */
export function inferIdentity(
  options: IdentityOptions,
  schemaType: JsonValue | undefined,
  sample: JsonValue | undefined,
): Identity {
  const type =
    options.type ?? typeOfGenerator(options.generate) ?? typeOfSchema(schemaType) ?? typeOfValue(sample) ?? "integer";
  return { field: options.field, type, generate: options.generate ?? (type === "integer" ? "increment" : "uuid") };
}

/** The type that the options say an id has, as a schema says it. */
export function idProperty(options: string | IdentityOptions): Readonly<Record<string, { readonly type: string }>> {
  const type = typeof options === "string" ? undefined : (options.type ?? typeOfGenerator(options.generate));
  return typeof options === "string" || type === undefined ? {} : { [options.field]: { type } };
}

function typeOfGenerator(generate: Identity["generate"] | undefined): Identity["type"] | undefined {
  if (generate === "uuid") return "string";
  return generate === "increment" ? "integer" : undefined;
}

function typeOfSchema(type: JsonValue | undefined): Identity["type"] | undefined {
  if (type === "string") return "string";
  return type === "integer" || type === "number" ? "integer" : undefined;
}

function typeOfValue(value: JsonValue | undefined): Identity["type"] | undefined {
  if (typeof value === "string") return "string";
  return typeof value === "number" ? "integer" : undefined;
}

/** The key of an id in a row; `undefined` when it cannot be one. */
export function keyOf({ type }: Identity, id: JsonValue | undefined): string | undefined {
  if (type === "integer") return typeof id === "number" && Number.isSafeInteger(id) ? String(id) : undefined;
  return typeof id === "string" && id !== "" ? id : undefined;
}

/** The id a text of a path stands for; `undefined` when it cannot be one. */
export function parseId({ type }: Identity, text: string): string | number | undefined {
  if (type === "string") return text === "" ? undefined : text;
  const number = Number(text);
  // One spelling per number: `/products/07` is not `/products/7`.
  return Number.isSafeInteger(number) && String(number) === text ? number : undefined;
}

/** The id of a row that came without; `undefined` when nobody makes one. */
export function generateId({ generate }: Identity, random: Random, highest: number): string | number | undefined {
  if (generate === "none") return undefined;
  return generate === "increment" ? highest + 1 : createUuid(random);
}

/** RFC 9562, 5.4: 122 random bits, version 4, variant 10. */
function createUuid(random: Random): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16));
  digits[12] = 4;
  digits[16] = 8 + ((digits[16] ?? 0) % 4);
  const text = digits.map((digit) => digit.toString(16)).join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
