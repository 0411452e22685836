import { randomUUID } from "node:crypto";

/** Of the Redis that `scripts/services.sh` brings up; `undefined` where there is none. */
export const redisUrl: string | undefined = process.env["BW_REDIS"];

if (redisUrl === undefined && process.env["CI"] === "true")
  throw new Error("BW_REDIS is not set: these tests need a Redis");

/** A name that no other test has. */
export function uniqueName(): string {
  return `t${randomUUID().slice(0, 8)}`;
}
