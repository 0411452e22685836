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

/** A statement that has no name yet. */
type Unnamed = Omit<Statement, "name">;

/** Makes statements by key, written once for each. Beyond `most` they run once: what is prepared stays so on every connection. */
export function keepByKey(most: number): (key: string, write: () => Unnamed) => Statement {
  const kept = new Map<string, Statement>();
  return (key, write) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const { text, reads, ...facts } = write();
    if (kept.size >= most) return onceStatement(text, reads);
    const statement = { ...toStatement(text, reads), ...facts };
    kept.set(key, statement);
    return statement;
  };
}

/** Makes statements of texts, the same of the same, `most` of them. */
export function keepStatements(most: number): (text: string, reads: boolean) => Statement {
  const keep = keepByKey(most);
  return (text, reads) => keep(text, () => ({ text, reads }));
}
