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
