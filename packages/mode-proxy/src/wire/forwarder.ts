import type { Handler, ModeContext } from "@backworks/core";
import type { ForwardPlan } from "../options/plan.ts";
import { Deadlines } from "./deadlines.ts";
import { createForwarded } from "./forwarded.ts";
import { Forwarding } from "./forwarding.ts";
import type { ForwardingParts } from "./forwarding.ts";

/** A handler that forwards requests and answers with what comes back, as it comes. */
export function createForwarder(plan: ForwardPlan, context: Pick<ModeContext, "clock" | "scheduler">): Handler {
  const { forwarded, via, preserveHost, timeouts } = plan;
  const parts: ForwardingParts = {
    plan,
    context,
    head: { forwarded: createForwarded(forwarded), via, preserveHost },
    deadlines: new Deadlines(timeouts.totalMs, context),
  };
  return (exchange) => new Forwarding(exchange, parts).run();
}
