/** What `<name>` stands for in an expected answer: a whole JSON value, or a part of a text. */
interface Placeholder {
  readonly matches: (value: unknown) => boolean;
  readonly text: string;
}

const hex = "[0-9a-fA-F]";
const uuid = `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`;
const date = "\\d{4}-\\d\\d-\\d\\d(?:T\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?:Z|[+-]\\d\\d:\\d\\d)?)?";
const whole = (source: string): ((value: unknown) => boolean) => {
  const pattern = new RegExp(`^${source}$`);
  return (value) => typeof value === "string" && pattern.test(value);
};

const placeholders: Readonly<Record<string, Placeholder>> = {
  any: { matches: () => true, text: "[\\s\\S]*?" },
  string: { matches: (value) => typeof value === "string", text: "[^\\n]*?" },
  number: { matches: (value) => typeof value === "number", text: "-?\\d+(?:\\.\\d+)?" },
  integer: { matches: (value) => Number.isInteger(value), text: "-?\\d+" },
  boolean: { matches: (value) => typeof value === "boolean", text: "(?:true|false)" },
  uuid: { matches: whole(uuid), text: uuid },
  date: { matches: whole(date), text: date },
};

const name = /<(any|string|number|integer|boolean|uuid|date)>/;

/** Whether a text is as expected, where `<uuid>` and the like stand for what they name. */
export function matchesText(expected: string, actual: string): boolean {
  const parts = expected.split(new RegExp(name, "g"));
  const source = parts.map((part, at) => (at % 2 === 1 ? (placeholders[part]?.text ?? "") : escape(part))).join("");
  return new RegExp(`^${source}$`).test(actual);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Whether a JSON value is as expected; objects have the same keys, in any order. */
export function matchesJson(expected: unknown, actual: unknown): boolean {
  if (typeof expected === "string") return matchesString(expected, actual);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, at) => matchesJson(item, actual[at]))
    );
  }
  if (typeof expected !== "object" || expected === null) return Object.is(expected, actual);
  return typeof actual === "object" && actual !== null && !Array.isArray(actual) && matchesObject(expected, actual);
}

function matchesObject(expected: object, actual: object): boolean {
  const wanted = Object.entries(expected);
  return (
    wanted.length === Object.keys(actual).length &&
    wanted.every(([key, value]) => Object.hasOwn(actual, key) && matchesJson(value, Reflect.get(actual, key)))
  );
}

function matchesString(expected: string, actual: unknown): boolean {
  const [whole, single] = name.exec(expected) ?? [];
  if (single !== undefined && whole === expected) return placeholders[single]?.matches(actual) ?? false;
  return typeof actual === "string" && matchesText(expected, actual);
}

/** Reads expected JSON, in which a placeholder may stand without quotes; `undefined` when it is no JSON. */
export function parseExpected(text: string): { readonly value: unknown } | undefined {
  const quoted = text.replace(/("(?:[^"\\]|\\.)*")|<(any|string|number|integer|boolean|uuid|date)>/g, (found, string) =>
    string === undefined ? `"${found}"` : found,
  );
  try {
    return { value: JSON.parse(quoted) as unknown };
  } catch {
    return undefined;
  }
}
