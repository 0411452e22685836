import { describe, expect, it } from "@jest/globals";
import { compile, createScope, evaluate, mistakesOf } from "../../test/template-rig.ts";
import { fakeData, fakeNames } from "./fake-data.ts";

describe("faker without @faker-js/faker", () => {
  it.each([...Object.keys(fakeData), ...Object.keys(fakeNames)])("answers %s", (name) => {
    const value = evaluate(`\${faker('${name}')}`);

    expect(["string", "number", "boolean"]).toContain(typeof value);
    expect(value).not.toBe("");
  });

  it.each([
    "${faker.name}",
    "${faker.name()}",
    "${faker.person.fullName}",
    "${faker.person.fullName()}",
    "{{ faker.name }}",
    "${faker('name')}",
    "${faker('full' + '_name')}",
  ])("takes the spelling %s", (template) => {
    expect(evaluate(template)).toMatch(/^\S+ \S+$/);
  });

  it.each([
    ["${faker.nmae}", "BW_TEMPLATE_FAKER", "did you mean name?"],
    ["${faker('science.element')}", "BW_TEMPLATE_FAKER", expect.stringContaining("npm install @faker-js/faker")],
    ["${faker('name', 1)}", "BW_TEMPLATE_ARGUMENTS", expect.stringContaining("npm install @faker-js/faker")],
    ["${faker()}", "BW_TEMPLATE_ARGUMENTS", undefined],
    ["${faker}", "BW_TEMPLATE_SYNTAX", expect.any(String)],
  ])("refuses %s", (template, code, hint) => {
    expect(mistakesOf(template)).toMatchObject([{ code, hint }]);
  });

  it("fails with an error for a computed name that nobody has", () => {
    const template = compile("${faker(query.kind)}");

    expect(template.evaluate(createScope({ query: { kind: "city" } }))).toEqual(expect.any(String));
    expect(() => template.evaluate(createScope({ query: { kind: "constructor" } }))).toThrow(
      expect.objectContaining({ code: "BW_TEMPLATE_FAILED" }),
    );
  });
});

/** The shape of the package: modules with methods on their prototypes, and a source of numbers. */
class Animals {
  readonly #next: () => number;
  readonly #now: () => Date;

  constructor(next: () => number, now: () => Date) {
    this.#next = next;
    this.#now = now;
  }

  born(): Date {
    return this.#now();
  }

  cat(options?: { readonly loud: boolean }): string {
    return `cat ${this.#next().toFixed(3)}${options?.loud === true ? "!" : ""}`;
  }

  _secret(): string {
    return "secret";
  }
}

class Faker {
  readonly animal: Animals;
  #now = (): Date => new Date(Number.NaN);

  constructor({ randomizer }: { readonly randomizer: { next(): number } }) {
    this.animal = new Animals(
      () => randomizer.next(),
      () => this.#now(),
    );
  }

  setDefaultRefDate(now: () => Date): void {
    this.#now = now;
  }
}

describe("faker with @faker-js/faker", () => {
  const loadModule = (): unknown => ({ Faker, en: {}, base: {} });

  it("calls it with the numbers of the scope", () => {
    const scope = { seed: 5 };

    expect(evaluate("${faker('animal.cat')}", scope, { loadModule })).toMatch(/^cat 0\.\d{3}$/);
    expect(evaluate("${faker.animal.cat()}", scope, { loadModule })).toBe(
      evaluate("${faker('animal.cat')}", scope, { loadModule }),
    );
    expect(evaluate("${faker('animal.cat', { loud: true })}", scope, { loadModule })).toMatch(/!$/);
  });

  it("calls it with the clock of the scope, and writes dates as ISO texts", () => {
    expect(evaluate("${faker('animal.born')} ${faker.animal.born}", {}, { loadModule })).toBe(
      "2026-01-15T12:00:00.000Z 2026-01-15T12:00:00.000Z",
    );
    expect(evaluate({ at: "${faker.animal.born()}" }, {}, { loadModule })).toEqual({
      at: new Date("2026-01-15T12:00:00Z"),
    });
  });

  it("answers itself what the package has not", () => {
    expect(evaluate("${faker.name}", {}, { loadModule })).toMatch(/^\S+ \S+$/);
  });

  it.each(["animal.dog", "animal.constructor", "animal._secret", "animal", "constructor.name", "animal.cat.call"])(
    "refuses %s",
    (name) => {
      expect(mistakesOf(`\${faker('${name}')}`, { loadModule })).toMatchObject([{ code: "BW_TEMPLATE_FAKER" }]);
    },
  );

  it("is loaded only when an expression asks for it", () => {
    const fail = (): never => {
      throw new Error("loaded");
    };

    expect(evaluate("${random_name()}", {}, { loadModule: fail })).toEqual(expect.any(String));
  });
});
