import type { Handler, ModeContext } from "@backworks/core";
import type { ForwardPlan } from "../options/plan.ts";
import { createForwarded } from "./forwarded.ts";
import { Forwarding } from "./forwarding.ts";
import type { ForwardingParts } from "./forwarding.ts";
import { createTimeLimits } from "./time-limits.ts";
import { refuseLoop } from "./via.ts";

/** A handler that forwards requests and answers with what comes back, as it comes. */
export function createForwarder(plan: ForwardPlan, context: Pick<ModeContext, "clock" | "scheduler">): Handler {
  const { endpoint, forwarded, via, preserveHost } = plan;
  const parts: ForwardingParts = {
    plan,
    context,
    head: { forwarded: createForwarded(forwarded), via, preserveHost },
    limits: createTimeLimits(plan, context),
  };
  return (exchange) => {
    refuseLoop(exchange, via, endpoint);
    return new Forwarding(exchange, parts).run();
  };
}
