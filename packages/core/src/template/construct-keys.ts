/** Keys that make an object a construct, with the keys that belong to each. */
export const constructKeys: Readonly<Record<string, readonly string[]>> = {
  $repeat: ["$as", "$each"],
  $if: ["$then", "$else"],
  $merge: [],
  $file: [],
};

/** Every key that means something, `$each` as much as `$repeat`. */
export const everyKey: ReadonlySet<string> = new Set([
  ...Object.keys(constructKeys),
  ...Object.values(constructKeys).flat(),
]);
