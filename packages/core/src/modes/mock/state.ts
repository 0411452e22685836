import type { StateAccess } from "../../template/template.ts";

/** The named values that templates read and write as `state`. */
export function createState(): StateAccess {
  const values = new Map<string, unknown>();
  return {
    get: (name) => values.get(name),
    set(name, value) {
      values.set(name, value);
      return value;
    },
    incr(name, by) {
      const current = values.get(name);
      const sum = (typeof current === "number" ? current : 0) + by;
      values.set(name, sum);
      return sum;
    },
    delete: (name) => values.delete(name),
  };
}
