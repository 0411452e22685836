import * as zlib from "node:zlib";
import type { Transform } from "node:stream";
import { BackworksError } from "../errors.ts";

/** A stream that decodes; `bytesWritten` is how much of what it was given it used. */
export type Decoder = Transform & { readonly bytesWritten: number };

/** Makes the stream that undoes one coding. */
export type Coding = () => Decoder;

/** Node has it since 22.15. */
type CreateZstd = () => Decoder;

/** How many codings one after another are undone. */
const most = 4;

const createZstd = (zlib as { readonly createZstdDecompress?: CreateZstd }).createZstdDecompress;

/** Source: RFC 9110, 8.4.1; RFC 7932; RFC 8878. */
const known: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ["gzip", () => zlib.createGunzip()],
  ["x-gzip", () => zlib.createGunzip()],
  ["deflate", () => zlib.createInflate()],
  ["br", () => zlib.createBrotliDecompress()],
  ...(createZstd === undefined ? [] : [["zstd", createZstd] as const]),
]);

const acceptEncoding = [...known.keys()].filter((name) => !name.startsWith("x-")).join(", ");

/**
 * The codings of a `Content-Encoding` in the order in which they are undone.
 *
 * Source: RFC 9110, 8.4 and 12.5.3: the answer to what is not known says what is.
 *
 * @throws BW_REQUEST_ENCODING
 */
export function codingsOf(field: string): readonly Coding[] {
  const names = field
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  const codings = names.map((name) => known.get(name));
  if (names.length > most) throw unknownCoding(`coded more than ${most} times`);
  if (!codings.every((coding) => coding !== undefined)) throw unknownCoding("in a content-encoding that is not known");
  return codings.toReversed();
}

function unknownCoding(found: string): BackworksError {
  const headers = { "accept-encoding": acceptEncoding };
  return new BackworksError("BW_REQUEST_ENCODING", { found, expected: acceptEncoding }, { headers });
}
