/** A change of a text as lines, `-` what goes and `+` what comes, with some of what stays around it. */
export function lineDiff(before: string, after: string): readonly string[] {
  const [old, next] = [toLines(before), toLines(after)];
  const steps = align(old, next);
  const near = (index: number): boolean =>
    steps.slice(Math.max(0, index - around), index + around + 1).some(({ mark }) => mark !== " ");
  return steps.flatMap(({ mark, line }, index) => {
    if (!near(index)) return [];
    const gap = index > 0 && !near(index - 1) ? ["…"] : [];
    return [...gap, `${mark} ${line}`];
  });
}

/** Lines that are shown before and after a change. */
const around = 2;

function toLines(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

interface Step {
  readonly mark: " " | "-" | "+";
  readonly line: string;
}

/** What is alike at both ends stays; of the rest the longest lines in common. */
function align(old: readonly string[], next: readonly string[]): readonly Step[] {
  let head = 0;
  while (head < Math.min(old.length, next.length) && old[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, next.length) - head && old.at(-1 - tail) === next.at(-1 - tail)) tail += 1;
  const stay = (lines: readonly string[]): readonly Step[] => lines.map((line) => ({ mark: " ", line }));
  const middle = inCommon(old.slice(head, old.length - tail), next.slice(head, next.length - tail));
  return [...stay(old.slice(0, head)), ...middle, ...stay(old.slice(old.length - tail))];
}

/** The longest lines in common stay (longest common subsequence). */
function inCommon(old: readonly string[], next: readonly string[]): readonly Step[] {
  const common = lengthsOf(old, next);
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < next.length) {
    const mark = markAt(i, j, { old, next, common });
    steps.push({ mark, line: (mark === "+" ? next[j] : old[i]) ?? "" });
    if (mark !== "+") i += 1;
    if (mark !== "-") j += 1;
  }
  return steps;
}

interface Sides {
  readonly old: readonly string[];
  readonly next: readonly string[];
  common(i: number, j: number): number;
}

function markAt(i: number, j: number, { old, next, common }: Sides): Step["mark"] {
  if (i >= old.length) return "+";
  if (j >= next.length) return "-";
  if (old[i] === next[j]) return " ";
  return common(i + 1, j) >= common(i, j + 1) ? "-" : "+";
}

/** How many lines are in common from two places on to the ends. */
function lengthsOf(old: readonly string[], next: readonly string[]): Sides["common"] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(next.length + 1));
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (const [i, row] of [...rows.entries()].toReversed()) {
    for (let j = next.length - 1; j >= 0 && i < old.length; j -= 1)
      row[j] = old[i] === next[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  return at;
}
