import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { BackworksError } from "../errors.ts";
import type { LimitSettings } from "../model/app.ts";
import { breakageOf } from "./broken-body.ts";
import { discard, isGone, joined, tooLarge } from "./collect.ts";
import type { Coding, Decoder } from "./content-coding.ts";

type SizeLimits = Pick<LimitSettings, "bodyBytes" | "bodyRatio">;

/**
 * Every byte of a message with its codings undone. What grows beyond a limit is given up at once, at every stage, so that no more than
 * the buffers between the stages is ever held above it.
 *
 * @throws BW_REQUEST_TOO_LARGE, BW_REQUEST_BOMB, BW_REQUEST_ENCODING_BROKEN, BW_REQUEST_ABORTED
 */
export function decode(message: IncomingMessage, codings: readonly Coding[], limits: SizeLimits): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  const stages = codings.map((create) => create());
  const meter = createMeter(message, stages.length, limits);
  return new Promise<Uint8Array>((resolve, reject) => {
    const fail = (error: BackworksError): void => {
      letGo(message, stages);
      reject(error);
    };
    const take = (stage: number, chunk: Buffer): void => {
      const excess = meter.add(stage, chunk.length);
      if (excess !== undefined) fail(excess);
      else if (stage === stages.length) chunks.push(chunk);
    };
    const finish = (): void => {
      // What a stage did not take is no part of what it was to decode.
      if (stages.some((stage, index) => stage.bytesWritten !== meter.sizes[index])) fail(brokenCoding());
      else resolve(joined(chunks, meter.sizes.at(-1) ?? 0));
    };
    const breakage = breakageOf(message);
    if (breakage !== undefined) return fail(breakage);
    if (isGone(message)) return fail(new BackworksError("BW_REQUEST_ABORTED"));
    message.once("error", () => fail(breakageOf(message) ?? new BackworksError("BW_REQUEST_ABORTED")));
    message.once("close", () => {
      if (!message.complete) fail(new BackworksError("BW_REQUEST_ABORTED"));
    });
    chain(message, stages, { take, finish, broken: () => fail(brokenCoding()) });
  });
}

interface Listeners {
  /** Bytes came out of the connection (0) or of a stage (from 1). */
  take(stage: number, chunk: Buffer): void;
  /** Both the connection and the last stage have ended. */
  finish(): void;
  broken(): void;
}

function chain(message: IncomingMessage, stages: readonly Decoder[], { take, finish, broken }: Listeners): void {
  let from: Readable = message;
  for (const [index, stage] of stages.entries()) {
    from.on("data", (chunk: Buffer) => take(index, chunk));
    from = from.pipe(stage.on("error", broken));
  }
  let open = 2;
  const end = (): void => {
    open -= 1;
    if (open === 0) finish();
  };
  from.on("data", (chunk: Buffer) => take(stages.length, chunk)).once("end", end);
  message.once("end", end);
}

/** The stages end without the message: whoever refuses the request still wants to answer it. */
function letGo(message: IncomingMessage, [first, ...others]: readonly Decoder[]): void {
  if (first !== undefined) message.unpipe(first);
  for (const stage of [first, ...others]) stage?.destroy();
  if (!isGone(message)) discard(message);
}

interface Meter {
  /** What has come out of the connection and of each stage, in bytes. */
  readonly sizes: readonly number[];
  /** Says what is wrong with so much more. */
  add(stage: number, bytes: number): BackworksError | undefined;
}

function createMeter({ headers }: IncomingMessage, stages: number, limits: SizeLimits): Meter {
  const { bodyBytes, bodyRatio } = limits;
  const announced = Number(headers["content-length"] ?? 0);
  const sizes = Array.from({ length: stages + 1 }, () => 0);
  return {
    sizes,
    add(stage, bytes) {
      const size = (sizes[stage] ?? 0) + bytes;
      sizes[stage] = size;
      if (size > bodyBytes) return tooLarge(bodyBytes);
      if (stage === 0 || size <= Math.max(announced, sizes[0] ?? 0) * bodyRatio) return undefined;
      return new BackworksError("BW_REQUEST_BOMB", { ratio: bodyRatio });
    },
  };
}

function brokenCoding(): BackworksError {
  return new BackworksError("BW_REQUEST_ENCODING_BROKEN");
}
