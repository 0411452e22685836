import type { CreateBalancer } from "../balancer.ts";
import { createLeastConn } from "./least-conn.ts";
import { createRandomChoice } from "./random.ts";
import { createRoundRobin } from "./round-robin.ts";

/** By the word of `load_balancing.algorithm`. */
export const balancers: ReadonlyMap<string, CreateBalancer> = new Map([
  ["round_robin", createRoundRobin],
  ["least_conn", createLeastConn],
  ["random", createRandomChoice],
]);
