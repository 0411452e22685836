import fc from "fast-check";

/** A request that may be made, with the texts that a client chose. */
export interface RandomQuery {
  readonly table: string;
  readonly search: string;
  readonly texts: readonly string[];
}

const hostile = fc.oneof(
  fc.constantFrom(
    "Ada",
    "London",
    "N1",
    "",
    "1",
    "2024-01-01",
    "true",
    "null",
    "' OR '1'='1",
    '"; DROP TABLE customers; --',
    "\\",
    "a\\'b",
    "$1",
    "?",
    "%",
    "_",
    "*",
    "{}",
    "/*",
    "||",
    "жжжж",
  ),
  fc.string({ unit: fc.constantFrom(...Array.from("'\"\\;-/*%_(){}[]$?:@|~^`,. qzé漢ж😀ß")), maxLength: 12 }),
);

/** In quotation marks, as values within lists and trees are. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

interface Part {
  readonly text: string;
  readonly said: readonly string[];
}

const columns: Readonly<Record<string, readonly (readonly [name: string, type: string])[]>> = {
  customers: [
    ["id", "integer"],
    ["name", "text"],
    ["city", "text"],
    ["vip", "boolean"],
    ["joined", "date"],
    ["profile", "json"],
    ["tags", "list"],
  ],
  orders: [
    ["id", "integer"],
    ["customer_id", "integer"],
    ["total", "number"],
    ["status", "text"],
    ["placed", "timestamp"],
  ],
  products: [
    ["id", "integer"],
    ["name", "text"],
    ["price", "decimal"],
  ],
  staff: [
    ["id", "integer"],
    ["name", "text"],
    ["boss", "integer"],
  ],
};

const embeds: Readonly<Record<string, readonly string[]>> = {
  customers: [
    "orders(id,total)",
    "orders!inner(id)",
    "profiles(bio)",
    "orders(status,count())",
    "orders(id,items(quantity))",
  ],
  orders: [
    "customers(name)",
    "status,total.sum(),total.avg()",
    "day:placed::date,count()",
    "customers(city),total.max()",
    "shipping,...customers(city),count()",
    "...customers(name)",
    "products(id,name)",
    "customers!inner(city)",
  ],
  products: ["orders(id)", "price.sum(),price.min(),price.max()", "name,price::text"],
  staff: ["boss(name)"],
};

const numbers = fc.oneof(
  fc.integer({ min: -3, max: 25 }).map(String),
  fc.constantFrom("99999999999999999999", "-0", "9007199254740993"),
);
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  integer: numbers,
  number: fc.constantFrom("20.5", "5", "-1", "1e2", "99"),
  decimal: fc.constantFrom("2.5", "0.1", "10", "1000000000000000000000", "-0.5"),
  text: hostile,
  boolean: fc.constantFrom("true", "false", "t", "0"),
  date: fc.constantFrom("2021-06-01", "2020-01-31", "1999-12-31"),
  timestamp: fc.constantFrom(
    "2024-01-02",
    "2024-01-02T00:00:00Z",
    "2024-01-01T12:00:00+02:00",
    "2023-12-31T23:00:00.000Z",
  ),
};

const comparisons = fc.constantFrom("eq", "neq", "gt", "gte", "lt", "lte", "isdistinct");

function condition([name, type]: readonly [string, string]): fc.Arbitrary<Part> {
  const value = values[type];
  const is = fc.constantFrom("null", "not_null").map((word) => ({ text: `${name}.is.${word}`, said: [] }));
  if (type === "json") return fc.oneof(is, jsonCondition(name));
  if (type === "list")
    return fc.oneof(
      is,
      fc.tuple(fc.constantFrom("cs", "cd", "ov"), fc.array(hostile, { maxLength: 2 })).map(([operator, texts]) => ({
        text: `${name}.${operator}.${quoted(`{${texts.map(quoted).join(",")}}`)}`,
        said: texts,
      })),
    );
  if (value === undefined) return is;
  const list = fc.array(value, { maxLength: 3 });
  const all = [
    is,
    fc
      .tuple(comparisons, value)
      .map(([operator, text]) => ({ text: `${name}.${operator}.${quoted(text)}`, said: [text] })),
    list.map((texts) => ({ text: `${name}.in.(${texts.map(quoted).join(",")})`, said: texts })),
    fc
      .tuple(fc.constantFrom("eq", "gt", "lte"), fc.constantFrom("any", "all"), list)
      .map(([operator, quantifier, texts]) => ({
        text: `${name}.${operator}(${quantifier}).${quoted(`{${texts.map(quoted).join(",")}}`)}`,
        said: texts,
      })),
  ];
  const like = hostile.map((text) => ({ text: `${name}.like.${quoted(text)}`, said: [text] }));
  return fc.oneof(...all, ...(type === "text" ? [like] : []));
}

function jsonCondition(name: string): fc.Arbitrary<Part> {
  const key = fc.oneof(
    fc.constantFrom("age", "langs", "address"),
    hostile.filter((text) => text !== "" && text !== "__proto__"),
  );
  const text = fc.tuple(key, fc.constantFrom("eq", "gt", "neq"), hostile).map(([step, operator, operand]) => ({
    text: `${name}->>${quoted(step)}.${operator}.${quoted(operand)}`,
    said: [step, operand],
  }));
  const place = fc.constantFrom("", "->age", "->langs", "->langs->0", "->langs->-1", "->address->zip", "->address->0");
  const json = fc
    .tuple(place, fc.constantFrom("eq", "neq", "isdistinct"), documents)
    .map(([path, operator, operand]) => ({
      text: `${name}${path}.${operator}.${quoted(operand)}`,
      said: [],
    }));
  const sized = fc.tuple(comparisons, fc.constantFrom("9", "36", '"N1"', "true")).map(([operator, operand]) => ({
    text: `${name}->age.${operator}.${quoted(operand)}`,
    said: [],
  }));
  const held = fc.tuple(fc.constantFrom("cs", "cd"), documents).map(([operator, operand]) => ({
    text: `${name}.${operator}.${quoted(operand)}`,
    said: [],
  }));
  const listed = fc.tuple(place, fc.array(documents, { maxLength: 2 })).map(([path, operands]) => ({
    text: `${name}${path}.in.(${operands.map(quoted).join(",")})`,
    said: [],
  }));
  return fc.oneof(text, json, sized, held, listed);
}

/** Lists and objects are compared by size in an order of their own in each database: only what is plain is. */
const documents = fc.constantFrom(
  "36",
  "9",
  "9.0",
  '"en"',
  '"N1"',
  "true",
  '{"age":9}',
  '{"langs":["fr"]}',
  '{"age":9,"x":1}',
  "[]",
  "{}",
);

function tree(table: string): fc.Arbitrary<Part> {
  const leaf = fc.constantFrom(...(columns[table] ?? [])).chain(condition);
  const negated = fc
    .tuple(fc.boolean(), leaf)
    .map(([not, part]) => ({ ...part, text: not ? negate(part.text) : part.text }));
  return fc
    .tuple(fc.constantFrom("and", "or", "not.and", "not.or"), fc.array(negated, { minLength: 1, maxLength: 3 }))
    .map(([word, parts]) => ({
      text: `${word}(${parts.map(({ text }) => text).join(",")})`,
      said: parts.flatMap(({ said }) => said),
    }));
}

/** `name.eq.x` is `name.not.eq.x`; the operator follows the first dot outside of quotation marks. */
function negate(text: string): string {
  return text.replace(/^((?:"(?:[^"\\]|\\.)*"|[^".])+)\./s, "$1.not.");
}

function order(table: string): fc.Arbitrary<string> {
  const term = fc.tuple(
    fc.constantFrom(...(columns[table] ?? []).filter(([, type]) => type !== "json" && type !== "list")),
    fc.constantFrom("", ".desc", ".nullsfirst", ".desc.nullslast"),
  );
  return fc
    .uniqueArray(term, { maxLength: 2, selector: ([[name]]) => name })
    .map((terms) => terms.map(([[name], end]) => name + end).join(","));
}

function select(table: string): fc.Arbitrary<Part> {
  const alias = hostile.filter((text) => text !== "" && text !== "__proto__");
  return fc
    .tuple(fc.constantFrom(...(embeds[table] ?? [])), fc.option(alias, { nil: undefined }), fc.boolean())
    .map(([embed, name, star]) => ({
      text: aggregates.test(embed)
        ? embed
        : [star ? "*" : "id", ...(name === undefined ? [] : [`${quoted(name)}:id`]), embed].join(","),
      said: name === undefined || aggregates.test(embed) ? [] : [name],
    }));
}

/** A select that puts rows together: what stands in it is what they are put together by. */
const aggregates = /^[^(]*\.\w+\(\)|(?:^|,)(?:\w+:)?count\(\)$|,total\.max/;

/** Requests all over the grammar, with texts that mean harm. */
export const randomQueries: fc.Arbitrary<RandomQuery> = fc.constantFrom(...Object.keys(columns)).chain((table) =>
  fc
    .tuple(
      fc.array(tree(table), { maxLength: 2 }),
      order(table),
      fc.option(select(table), { nil: undefined }),
      fc.option(fc.nat(3), { nil: undefined }),
      fc.option(fc.nat(2), { nil: undefined }),
    )
    .map(([trees, by, selected, limit, offset]) => {
      const fields = new URLSearchParams();
      for (const { text } of trees) {
        const [, word = "", rest = ""] = /^([a-z.]+)(\(.*)$/s.exec(text) ?? [];
        fields.append(word, rest);
      }
      if (by !== "") fields.append("order", by);
      if (selected !== undefined) fields.append("select", selected.text);
      if (limit !== undefined) fields.append("limit", String(limit));
      if (offset !== undefined) fields.append("offset", String(offset));
      const texts = [...trees, ...(selected === undefined ? [] : [selected])].flatMap(({ said }) => said);
      return { table, search: fields.toString(), texts };
    }),
);
