import type { JsonValue } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compileFieldMap } from "./field-map.ts";

type Map = Readonly<Record<string, string | null>>;

describe("a map of fields", () => {
  it.each<[string, Map, JsonValue, JsonValue]>([
    ["renames", { id: "user_id" }, { id: 1, name: "a" }, { name: "a", user_id: 1 }],
    ["renames in every item of a list", { id: "n" }, [{ id: 1 }, { id: 2 }, 3], [{ n: 1 }, { n: 2 }, 3]],
    ["renames below", { "owner.id": "owner_id" }, { owner: { id: 1 } }, { owner: { owner_id: 1 } }],
    ["renames below lists", { "rows.id": "n" }, { rows: [{ id: 1 }, { id: 2 }] }, { rows: [{ n: 1 }, { n: 2 }] }],
    ["renames below lists of lists", { "a.b.c": "d" }, { a: [{ b: [{ c: 1 }] }] }, { a: [{ b: [{ d: 1 }] }] }],
    ["moves up", { "owner.id": "owner.key.id" }, { owner: { id: 1 } }, { owner: { key: { id: 1 } } }],
    ["moves to another object", { "a.id": "b.id" }, { a: { id: 1 }, b: { x: 2 } }, { a: {}, b: { x: 2, id: 1 } }],
    ["makes objects on the way", { id: "meta.ids.own" }, { id: 1 }, { meta: { ids: { own: 1 } } }],
    [
      "moves within each item",
      { "rows.id": "rows.key.id" },
      { rows: [{ id: 1 }, { id: 2 }] },
      { rows: [{ key: { id: 1 } }, { key: { id: 2 } }] },
    ],
    ["leaves out", { password: null }, { password: "x", id: 1 }, { id: 1 }],
    [
      "leaves out below lists",
      { "users.password": null },
      { users: [{ password: "x", id: 1 }] },
      { users: [{ id: 1 }] },
    ],
    ["lets two change places", { a: "b", b: "a" }, { a: 1, b: 2 }, { b: 1, a: 2 }],
    ["leaves alone what is not there", { nothing: "x", "a.b": "c" }, { id: 1, a: 5 }, { id: 1, a: 5 }],
    ["leaves alone what is no object", { id: "x" }, "text", "text"],
    ["keeps null values", { a: "b" }, { a: null }, { b: null }],
    ["replaces what is no object on the way", { id: "a.b" }, { id: 1, a: 5 }, { a: { b: 1 } }],
  ])("%s: %j", (...[_what, map, value, expected]) => {
    expect(compileFieldMap(map)(value)).toEqual(expected);
  });

  it("changes nothing of what it was given", () => {
    const value = Object.freeze({ id: 1 });

    expect(compileFieldMap({ id: "x" })(value)).toEqual({ x: 1 });
    expect(value).toEqual({ id: 1 });
  });

  it("takes __proto__ for a name like any other", () => {
    const mapped = compileFieldMap({ id: "__proto__.polluted" })({ id: 1 }) as Record<string, unknown>;

    expect(Object.getOwnPropertyNames(mapped)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("takes any JSON, and leaves all of it that no path names", () => {
    const names = fc.constantFrom("a", "b", "c", "__proto__", "length");
    const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((steps) => steps.join("."));
    const map = fc.dictionary(path, fc.option(path, { nil: null }), { maxKeys: 4 });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(fc.constant(null), fc.integer(), fc.string(), tie("list"), tie("object")),
      list: fc.array(tie("value"), { maxLength: 3 }),
      object: fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("value"), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(map, value, (fields, given) => {
        // What was made of lists, objects and scalars is JSON.
        const json = given as JsonValue;
        const before = JSON.stringify(json);

        const mapped = compileFieldMap(fields)({ a: json, b: [structuredClone(json)], d: structuredClone(json) });

        expect(JSON.stringify(json)).toBe(before);
        expect((mapped as Record<string, JsonValue>)["d"]).toEqual(json);
      }),
    );
  });
});
