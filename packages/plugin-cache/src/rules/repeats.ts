import type { HeaderList } from "@backworks/core";

/** Fields that clients send without being asked to, and what is in them anybody can choose. */
const fields = ["accept-language", "from", "origin", "referer", "user-agent"];

/** Shorter words are in many answers by chance. */
const leastLength = 5;

/** What is looked at of an answer. */
export interface Repeating {
  readonly headers: HeaderList;
  readonly bytes: Uint8Array;
  /** Fields that it says it depends on. */
  readonly vary: readonly string[];
}

/** Whether an answer repeats what its request said in a field that it does not name: whoever gets it from the store would get theirs. */
export function repeats(said: Readonly<Record<string, unknown>>, { headers, bytes, vary }: Repeating): boolean {
  const words = fields.flatMap((name) => {
    const value = said[name];
    return typeof value === "string" && value.length >= leastLength && !vary.includes(name) ? [value] : [];
  });
  if (words.length === 0) return false;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = [...headers].map(([, value]) => value);
  return words.some((word) => body.includes(word) || values.some((value) => value.includes(word)));
}
