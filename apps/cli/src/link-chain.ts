import { lstatSync, readlinkSync } from "node:fs";
import { isAbsolute, join, parse, sep } from "node:path";

/** As many links as Linux follows. */
const mostLinks = 40;

/**
 * A file with every link on the way to it, absolute: each may be turned elsewhere, as a mounted ConfigMap turns its `..data`.
 */
export function linkChain(file: string): readonly string[] {
  const chain = new Set([file]);
  let { root: at } = parse(file);
  const steps = file.slice(at.length).split(sep);
  let links = 0;
  while (steps.length > 0) {
    const next = join(at, steps.shift() ?? "");
    const target = links < mostLinks ? targetOf(next) : undefined;
    if (target === undefined) {
      at = next;
      continue;
    }
    links += 1;
    chain.add(next);
    steps.unshift(...target.split(sep).filter((step) => step !== ""));
    if (isAbsolute(target)) at = parse(target).root;
  }
  return [...chain.add(at)];
}

function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    // It is not there for the moment; its folder tells when it comes.
    return undefined;
  }
}
