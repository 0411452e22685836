import type { Processes } from "../processes.ts";
import { Topics } from "./topics.ts";

/** The processes of a server that has one. */
export function createOneProcess(): Processes {
  const topics = new Topics();
  return {
    several: false,
    leads: true,
    share(topic, shared) {
      topics.add(topic, shared);
      return () => topics.remove(topic, shared);
    },
    tell: () => true,
    listen: () => () => {},
    async gather(topic) {
      const shared = topics.find(topic);
      if (shared === undefined) return { totals: {}, present: [] };
      return { totals: await shared.totals(), present: [await shared.present()] };
    },
  };
}
