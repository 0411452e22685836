import type { Gathered, Processes, Shared, TopicListener, TotalsTable } from "@backworks/core";

/** Processes that share what each was given; all of them gather the same, and the others hear what one tells. */
export function createFakeProcesses(count: number): readonly Processes[] {
  const shared = Array.from({ length: count }, () => new Map<string, Shared>());
  const listeners = Array.from({ length: count }, () => new Map<string, TopicListener>());
  const gather = async (topic: string): Promise<Gathered> => {
    const all = shared.flatMap((topics) => topics.get(topic) ?? []);
    const totals = await Promise.all(all.map(async (one) => one.totals()));
    // What goes from process to process is copied.
    const present = structuredClone(await Promise.all(all.map(async (one) => one.present())));
    const names = [...new Set(totals.flatMap((one) => Object.keys(one)))];
    const sums = names.map((name) => [name, sumOf(totals.flatMap((one) => one[name] ?? []))] as const);
    return { totals: Object.fromEntries(sums), present };
  };
  return shared.map((topics, index) => ({
    several: true,
    leads: index === 0,
    share(topic, one) {
      topics.set(topic, one);
      return () => void topics.delete(topic);
    },
    tell(topic, message) {
      const others = listeners.filter((_, other) => other !== index);
      // What goes from process to process is copied.
      for (const topics of others) void topics.get(topic)?.(structuredClone(message));
      return true;
    },
    listen(topic, listener) {
      listeners[index]?.set(topic, listener);
      return () => void listeners[index]?.delete(topic);
    },
    gather,
  }));
}

function sumOf(tables: readonly TotalsTable[]): TotalsTable {
  const rows = new Map<string, number[]>();
  for (const { keys, numbers } of tables) {
    const width = numbers.length / keys.length;
    for (const [index, key] of keys.entries()) {
      const row = [...numbers.subarray(index * width, (index + 1) * width)];
      rows.set(
        key,
        row.map((value, place) => value + (rows.get(key)?.[place] ?? 0)),
      );
    }
  }
  return { keys: [...rows.keys()], numbers: Float64Array.from([...rows.values()].flat()) };
}
