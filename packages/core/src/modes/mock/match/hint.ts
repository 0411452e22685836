import type { JsonValue } from "../../../exchange.ts";
import { suggest } from "../../../suggest.ts";
import { toText } from "../../../template/values.ts";
import type { Condition } from "./condition.ts";
import { spell } from "./spelling.ts";

/** What a caller may have meant whose value nearly fits; `undefined` when it does not come near. */
export function valueHint(field: string, { wanted }: Condition, actual: unknown): string | undefined {
  if (actual === undefined) return undefined;
  for (const value of wanted) {
    const hint = value === null ? undefined : hintFor(field, value, actual);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

function hintFor(field: string, value: JsonValue, actual: unknown): string | undefined {
  const wanted = toText(value);
  const found = toText(Array.isArray(actual) ? actual[0] : actual);
  if (wanted === found) return typeHint(field, value, actual);
  const near = nearTexts.find(([isNear]) => isNear(wanted, found, field));
  return near?.[1](field, wanted, found);
}

function typeHint(field: string, exact: JsonValue, actual: unknown): string | undefined {
  if (typeof exact === typeof actual) return undefined;
  return `${field} is the ${typeof actual} ${JSON.stringify(actual)}, the rule asks for the ${typeof exact} ${JSON.stringify(exact)}`;
}

type IsNear = (wanted: string, found: string, field: string) => boolean;
type Spell = (field: string, wanted: string, found: string) => string;

/** Ways in which two different texts are nearly the same. */
const nearTexts: readonly (readonly [IsNear, Spell])[] = [
  [
    (wanted, found) => wanted.toLowerCase() === found.toLowerCase(),
    (field, wanted, found) => `${field} differs in upper and lower case only: ${spell(wanted)}, not ${spell(found)}`,
  ],
  [
    (wanted, found, field) => field === "headers.content-type" && mediaType(wanted) === mediaType(found),
    (field, wanted) =>
      `${field} differs in its parameters only: use \`starts_with: ${mediaType(wanted)}\` to accept any charset`,
  ],
  [(wanted, found) => wanted.trim() === found.trim(), (field) => `${field} differs in spaces only`],
  [
    (wanted, found, field) => field === "path" && withoutSlash(wanted) === withoutSlash(found),
    () => "the path differs in its trailing slash only",
  ],
];

/** Whether a name that is not there was sent in another spelling. */
export function nameHint(group: string, name: string, values: Readonly<Record<string, unknown>>): string | undefined {
  const sent = Object.keys(values);
  if (sent.includes(name)) return undefined;
  const sameLetters = sent.find((other) => other.toLowerCase() === name.toLowerCase());
  if (sameLetters !== undefined)
    return `${group} has ${sameLetters}, the rule asks for ${name}: upper and lower case count`;
  const near = suggest(name, sent);
  return near === undefined ? undefined : `${group} has ${near}, the rule asks for ${name}`;
}

function mediaType(text: string): string {
  return (text.split(";")[0] ?? "").trim().toLowerCase();
}

function withoutSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
