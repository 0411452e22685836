import { describe, expect, it } from "@jest/globals";
import { typeColumns } from "./csv-columns.ts";

function column(...cells: string[]): unknown[] {
  return typeColumns(cells.map((cell) => ({ cell }))).map((row) => row["cell"]);
}

describe("typeColumns", () => {
  it.each([
    [
      ["1", "-2", "2.5"],
      [1, -2, 2.5],
    ],
    [
      ["true", "false"],
      [true, false],
    ],
    [
      ["1", "", "3"],
      [1, null, 3],
    ],
    [
      ["true", ""],
      [true, null],
    ],
  ])("reads %j as its type", (cells, expected) => {
    expect(column(...cells)).toEqual(expected);
  });

  it.each([
    [["007", "8"]],
    [["1.10", "1.9"]],
    [["+49", "1"]],
    [["1e3"]],
    [["12345678901234567890"]],
    [["-0"]],
    [["Infinity"]],
    [["true", "maybe"]],
    [["true", "1"]],
    [["True"]],
    [["", ""]],
    [[" 1"]],
  ])("leaves %j as text", (cells) => {
    expect(column(...cells)).toEqual(cells);
  });

  it("types each column by itself", () => {
    const rows = typeColumns([
      { id: "1", zip: "01067" },
      { id: "2", zip: "20095" },
    ]).map((row) => ({ ...row }));

    expect(rows).toEqual([
      { id: 1, zip: "01067" },
      { id: 2, zip: "20095" },
    ]);
  });
});
