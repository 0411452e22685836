import { describe, expect, it } from "@jest/globals";
import { parseDurationMs, parseSizeBytes } from "./units.ts";

describe("parseDurationMs", () => {
  it.each([
    [30, 30_000],
    [0, 0],
    [0.25, 250],
    ["30", 30_000],
    ["250ms", 250],
    ["1.5s", 1500],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["1h 30m", 5_400_000],
    ["2 d", 172_800_000],
    [" 5M ", 300_000],
  ])("reads %p as %p ms", (value, expected) => {
    expect(parseDurationMs(value)).toBe(expected);
  });

  it.each(
    [-1, NaN, Infinity, "", " ", "fast", "10 parsecs", "-5s", "1h30", "5", "s", null, true, {}].filter(
      (v) => v !== "5",
    ),
  )("does not read %p", (value) => {
    expect(parseDurationMs(value)).toBeUndefined();
  });
});

describe("parseSizeBytes", () => {
  it.each([
    [1024, 1024],
    [1.9, 1],
    ["64KB", 65_536],
    ["64 kb", 65_536],
    ["1MiB", 1_048_576],
    ["1.5GB", 1_610_612_736],
    ["10b", 10],
    ["7", 7],
  ])("reads %p as %p bytes", (value, expected) => {
    expect(parseSizeBytes(value)).toBe(expected);
  });

  it.each([-1, NaN, "", "big", "1XB", "1MB5", null])("does not read %p", (value) => {
    expect(parseSizeBytes(value)).toBeUndefined();
  });
});
