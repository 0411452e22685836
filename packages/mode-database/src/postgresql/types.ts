import type { ScalarName } from "@backworks/core/query";
import { toJsonOf } from "../values/to-json.ts";
import { parseArray } from "./array.ts";

/** Types by the number that the server gives with a column, with the number of their arrays. Source: `pg_type.dat`. */
const numbered: readonly (readonly [type: ScalarName, number: number, ofArrays: number])[] = [
  ["boolean", 16, 1000],
  ["bytes", 17, 1001],
  ["integer", 20, 1016],
  ["integer", 21, 1005],
  ["integer", 23, 1007],
  ["text", 25, 1009],
  ["integer", 26, 1028],
  ["json", 114, 199],
  ["number", 700, 1021],
  ["number", 701, 1022],
  ["text", 1042, 1014],
  ["text", 1043, 1015],
  ["date", 1082, 1182],
  ["time", 1083, 1183],
  ["timestamp", 1114, 1115],
  ["timestamp", 1184, 1185],
  ["decimal", 1700, 1231],
  ["uuid", 2950, 2951],
  ["json", 3802, 3807],
];

type Parse = (text: string) => unknown;

const asItIs: Parse = (text) => text;
const parsers = new Map<number, Parse>();
for (const [type, number, ofArrays] of numbered) {
  const parse = parserOf(type);
  parsers.set(number, parse);
  parsers.set(ofArrays, (text) => parseArray(text, parse));
}

function parserOf(type: ScalarName): Parse {
  if (type === "bytes") return (text) => Buffer.from(text.slice(2), "hex").toString("base64");
  if (type === "boolean") return (text) => text === "t";
  return toJsonOf(type) ?? asItIs;
}

/** How `pg` reads values: at once as JSON has them. */
export const types = {
  getTypeParser: (number: number): Parse => parsers.get(number) ?? asItIs,
};
