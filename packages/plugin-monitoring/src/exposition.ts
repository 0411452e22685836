import type { Family } from "./families/family.ts";
import { writeHead } from "./families/family.ts";
import type { Format } from "./families/text.ts";

/** So long other work waits at most for a piece of the text, in milliseconds. */
const sliceMs = 5;
/** Series between two looks at the time. */
const seriesPerLook = 32;

/** The part of a family that is needed to write it, once it is collected. */
export type WrittenFamily = Pick<Family, "name" | "help" | "type" | "rows" | "write">;

/** Writes families one after another; other work gets its turn in between. */
export async function writeExposition(families: readonly WrittenFamily[], format: Format): Promise<string> {
  const pieces: string[] = [];
  const slice = createSlice();
  for (const family of families) {
    let head = writeHead(family, format);
    let written = 0;
    for (const row of family.rows()) {
      pieces.push(head + family.write(row, format));
      head = "";
      written += 1;
      if (written % seriesPerLook === 0) await slice.pause();
    }
    await slice.pause();
  }
  if (format === "openmetrics") pieces.push("# EOF\n");
  return pieces.join("");
}

interface Slice {
  /** Gives others a turn when the slice is used up; no promise otherwise. */
  pause(): Promise<void> | undefined;
}

function createSlice(): Slice {
  let until = performance.now() + sliceMs;
  const begin = (): void => {
    until = performance.now() + sliceMs;
  };
  return {
    pause: () =>
      performance.now() < until ? undefined : new Promise<void>((resolve) => setImmediate(resolve)).then(begin),
  };
}

/** Whether a scraper wants OpenMetrics rather than the older text. Who names neither takes either, and gets what everybody reads. */
export function formatFor(accept: string | undefined): Format {
  const weights = new Map((accept ?? "").split(",").map(toWeighted).reverse());
  const openmetrics = weights.get("application/openmetrics-text") ?? 0;
  const text = weights.get("text/plain") ?? weights.get("text/*") ?? weights.get("*/*") ?? 0;
  return openmetrics > 0 && openmetrics >= text ? "openmetrics" : "text";
}

/** A media range without its parameters, and how much it is wanted (RFC 9110, 12.5.1). */
function toWeighted(part: string): readonly [string, number] {
  const [type = "", ...parameters] = part
    .trim()
    .toLowerCase()
    .split(/\s*;\s*/);
  const weight = parameters.map((parameter) => /^q=([\d.]+)$/.exec(parameter)?.[1]).find((q) => q !== undefined);
  return [type, weight === undefined ? 1 : Number(weight)];
}
