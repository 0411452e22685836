import type { Field } from "@backworks/core/query";

type Steps = Field["json"];

/** `$."key"[0]`, as SQLite and MySQL write a place; `fromEnd` writes a place counted from the end of a list. */
export function toJsonPath(steps: Steps, fromEnd: (place: number) => string): string {
  const parts = steps.map(({ step }) => {
    if (typeof step === "string") return `.${JSON.stringify(step)}`;
    return step < 0 ? `[${fromEnd(step)}]` : `[${step}]`;
  });
  return `$${parts.join("")}`;
}
