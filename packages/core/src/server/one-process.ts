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
      const said = await topics.say(topic);
      return said === undefined ? { totals: {}, present: [] } : { totals: said.totals, present: [said.present] };
    },
  };
}
