import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { closeFrame, FrameBoundary } from "./frames.ts";

/** A frame of a size, masked or not. */
function frame(size: number, masked: boolean): Buffer {
  const mask = masked ? 0x80 : 0;
  const head =
    size < 126
      ? [mask | size]
      : size < 65_536
        ? [mask | 126, size >> 8, size & 0xff]
        : [mask | 127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff];
  return Buffer.concat([Buffer.from([0x82, ...head, ...(masked ? [1, 2, 3, 4] : [])]), Buffer.alloc(size, 0xff)]);
}

describe("FrameBoundary", () => {
  it("knows where frames of any size end, however they are cut", () => {
    const sizes = fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 70_000);
    fc.assert(
      fc.property(fc.array(fc.tuple(sizes, fc.boolean()), { minLength: 1, maxLength: 4 }), fc.nat(), (frames, seed) => {
        const boundary = new FrameBoundary();
        for (const [size, masked] of frames) {
          const bytes = frame(size, masked);
          const cut = 1 + (seed % (bytes.length - 1));
          boundary.pass(bytes.subarray(0, cut));
          expect(boundary.isBetween).toBe(false);
          boundary.pass(bytes.subarray(cut));
          expect(boundary.isBetween).toBe(true);
        }
      }),
    );
  });
});

describe("closeFrame", () => {
  it("has code and reason, and a mask towards a server", () => {
    expect([...closeFrame(1001, "bye", { masked: false })]).toEqual([0x88, 5, 3, 0xe9, 98, 121, 101]);
    expect([...closeFrame(1001, "", { masked: true })]).toEqual([0x88, 0x82, 0, 0, 0, 0, 3, 0xe9]);
  });
});
