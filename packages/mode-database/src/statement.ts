import { createHash } from "node:crypto";
import type { Statement } from "./engine.ts";

/** A statement that is prepared where it runs. */
export function toStatement(text: string, reads: boolean): Statement {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 24);
  return { name: `bw_${hash}`, text, reads };
}

/** A statement that runs once. */
export function onceStatement(text: string, reads: boolean = false): Statement {
  return { name: "", text, reads };
}

/** Makes statements of texts, the same of the same. Beyond `most` they run once: what is prepared stays so on every connection. */
export function keepStatements(most: number): (text: string, reads: boolean) => Statement {
  const kept = new Map<string, Statement>();
  return (text, reads) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= most) return onceStatement(text, reads);
    const statement = toStatement(text, reads);
    kept.set(text, statement);
    return statement;
  };
}
