import { describe, expect, it } from "@jest/globals";
import { readViewColumns } from "./view-columns.ts";

const entry = (rest: string): string => `{TARGETENTRY :expr {VAR :varno 1 :location 7} ${rest} :resjunk false}`;

describe("readViewColumns", () => {
  it("reads the outermost list, and none within", () => {
    const inner = `{RTE :subquery {QUERY :targetList (${entry(":resno 9 :resname a :ressortgroupref 0 :resorigtbl 5 :resorigcol 5")})}}`;
    const action = `({QUERY :rtable (${inner}) :targetList (${entry(":resno 1 :resname id :ressortgroupref 0 :resorigtbl 16385 :resorigcol 2")} ${entry(":resno 2 :resname loud :ressortgroupref 0 :resorigtbl 0 :resorigcol 0")})})`;

    expect(readViewColumns(action)).toEqual([{ position: 1, table: "16385", column: 2 }]);
  });

  it("is not led astray by braces and words in names", () => {
    const action = `({QUERY :targetList (${entry(":resno 1 :resname a\\}\\ \\{b :ressortgroupref 0 :resorigtbl 7 :resorigcol 1")} ${entry(":resno 2 :resname \\:resno\\ 5 :ressortgroupref 0 :resorigtbl 7 :resorigcol 3")})})`;

    expect(readViewColumns(action)).toEqual([
      { position: 1, table: "7", column: 1 },
      { position: 2, table: "7", column: 3 },
    ]);
  });
});
