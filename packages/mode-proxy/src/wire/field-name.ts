import { isHopByHop } from "./hop-by-hop.ts";

/** The name of a header field. */
export interface FieldName {
  /** In lower case. */
  readonly text: string;
  /** Whether it goes no further than the connection it came over, whatever `Connection` names. */
  readonly isHopByHop: boolean;
}

interface KnownName extends FieldName {
  readonly bytes: Uint8Array;
}

/** Names that came before, by hash of their bytes: answers have few, and making a text of bytes takes longer than comparing them. */
const known = new Map<number, KnownName>();

/** More are not kept, nor are longer ones: upstreams may make up as many as they like. */
const mostKnown = 256;
const longestKnown = 64;

/** The name that a client library gives as text or as bytes. */
export function toFieldName(part: Uint8Array | string | undefined): FieldName {
  if (!(part instanceof Uint8Array)) return named(part ?? "");
  const hash = hashOf(part);
  const found = known.get(hash);
  if (found !== undefined && areEqual(found.bytes, part)) return found;
  const name = named(Buffer.from(part).toString("latin1"));
  if (known.size < mostKnown && part.length <= longestKnown) known.set(hash, { ...name, bytes: Uint8Array.from(part) });
  return name;
}

function named(given: string): FieldName {
  const text = given.toLowerCase();
  return { text, isHopByHop: isHopByHop(text, undefined) };
}

function hashOf(bytes: Uint8Array): number {
  let hash = bytes.length;
  for (let index = 0; index < bytes.length; index += 1) hash = (Math.imul(hash, 31) + (bytes[index] ?? 0)) | 0;
  return hash;
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}
