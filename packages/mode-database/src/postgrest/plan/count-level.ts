import type { Child, Condition, Level } from "./level.ts";
import { isCalled } from "./level.ts";

/** What is left of a level when its rows are only counted: those that are embedded and decide whether a row is there. */
export function toCounted(level: Level): Level {
  const named = new Set(level.conditions.flatMap(namesIn));
  const children = level.children
    .filter((child) => child.item.join === "inner" || [...named].some((word) => isCalled(child, word)))
    .map((child): Child => ({ ...toCountedChild(child), item: { ...child.item, spread: false, select: [] } }));
  return {
    ...level,
    select: children.map(({ item }) => item),
    children,
    order: [],
    page: { limit: undefined, offset: 0 },
  };
}

function toCountedChild(child: Child): Child {
  const { select: _select, ...counted } = toCounted(child);
  return { ...child, ...counted, select: [], page: child.page };
}

function namesIn(condition: Condition): readonly string[] {
  return condition.kind === "filter" ? [condition.field.column] : condition.of.flatMap(namesIn);
}
