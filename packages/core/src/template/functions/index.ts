import type { Builtin } from "../builtin.ts";
import { conversions } from "./conversions.ts";
import { encoding } from "./encoding.ts";
import { lists } from "./lists.ts";
import { lorem } from "./lorem.ts";
import { numbers } from "./numbers.ts";
import { objects } from "./objects.ts";
import { random } from "./random.ts";
import { text } from "./text.ts";
import { time } from "./time.ts";

/** Every family of functions, one file each. */
export const families = { conversions, encoding, lists, lorem, numbers, objects, random, text, time } as const;

/** Other names of functions, by the name they stand for. */
const otherNames = {
  len: lists["length"],
  random: random["random_int"],
  random_id: random["random_uuid"],
  uuid: random["random_uuid"],
};

/** Every function of ours by name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  [...Object.values(families), otherNames]
    .flatMap((family) => Object.entries<Builtin | undefined>(family))
    .filter(isThere),
);

function isThere(entry: [string, Builtin | undefined]): entry is [string, Builtin] {
  return entry[1] !== undefined;
}
