/** One line of a scrape that is no comment. */
export interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text of a scrape, exemplars left out. */
export function readLines(text: string): readonly Line[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = /^([A-Za-z_]\w*)(?:\{(.*?)\})? (\S+)(?: # .*)?$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [key, text]);
    return [{ name, labels: Object.fromEntries(pairs), value: value === "+Inf" ? Infinity : Number(value) }];
  });
}

/** The value of the series with these labels among others; `undefined` when there is none. */
export function valueOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const wanted = Object.entries(labels);
  return readLines(text).find(
    (line) => line.name === name && wanted.every(([key, value]) => line.labels[key] === value),
  )?.value;
}
