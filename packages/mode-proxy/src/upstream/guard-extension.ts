import type { Logger } from "@backworks/core";
import type { CreateBalancer } from "./balancer.ts";
import { createRoundRobin } from "./balancers/round-robin.ts";
import type { UpstreamExtension } from "./extension.ts";

/** Tells the first failure of each part: there may be one for each request. */
function createTeller(logger: Logger): (part: string, error: unknown) => void {
  const told = new Set<string>();
  return (part, error) => {
    if (told.has(part)) return;
    told.add(part);
    logger.error(`what a plugin adds to upstreams failed in ${part}`, { error });
  };
}

/** The same extension, whose failures are no failures of requests: who cannot be asked has nothing against a target. */
export function guardExtension(extension: UpstreamExtension, logger: Logger): UpstreamExtension {
  const tell = createTeller(logger);
  const { admit, report, discover } = extension;
  return {
    ...(admit && {
      admit(upstream, target) {
        try {
          return admit.call(extension, upstream, target);
        } catch (error) {
          tell("admit", error);
          return true;
        }
      },
    }),
    ...(report && {
      report(upstream, target, attempt) {
        try {
          report.call(extension, upstream, target, attempt);
        } catch (error) {
          tell("report", error);
        }
      },
    }),
    ...(discover && {
      discover(upstream, update) {
        try {
          return discover.call(extension, upstream, update);
        } catch (error) {
          tell("discover", error);
          return undefined;
        }
      },
    }),
  };
}

/** The same balancer; when it fails or chooses what it must not, the next in turn is chosen. */
export function guardBalancer(create: CreateBalancer, logger: Logger): CreateBalancer {
  return (tools) => {
    const tell = createTeller(logger);
    const balancer = create(tools);
    const turns = createRoundRobin(tools);
    return {
      pick(candidates, exchange) {
        try {
          const chosen = balancer.pick(candidates, exchange);
          if (candidates.includes(chosen)) return chosen;
          tell("pick", new TypeError("it chose a target that is no candidate"));
        } catch (error) {
          tell("pick", error);
        }
        return turns.pick(candidates, exchange);
      },
      report(target, outcome) {
        try {
          balancer.report?.(target, outcome);
        } catch (error) {
          tell("report", error);
        }
      },
    };
  };
}
