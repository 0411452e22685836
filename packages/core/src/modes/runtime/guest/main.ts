import { parentPort } from "node:worker_threads";
import type { GuestOrders } from "../wire.ts";
import { runChild } from "./child.ts";
import { runThread } from "./thread.ts";

// The program of every thread and Node process that runs a handler.
if (parentPort === null) runChild(JSON.parse(process.argv[2] ?? "{}") as GuestOrders);
else runThread(parentPort);
