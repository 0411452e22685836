import type { Config } from "../config/config.ts";
import type { Logger } from "../logger.ts";
import type { RateLimit } from "../model/app.ts";
import type { FindLimit } from "../model/routes.ts";
import { toRateLimit } from "../model/settings.ts";
import { limitRequests } from "../pipeline/rate-limit.ts";
import type { RateStore } from "../pipeline/rate-table.ts";

/** What the limits of an App are made with. */
export interface LimitWorld {
  readonly rates: RateStore;
  /** Where the configuration says nothing. */
  readonly fallback: Pick<RateLimit, "requestsPerMinute" | "burst"> | undefined;
  readonly logger: Logger;
}

/** The limits of an App. */
export interface Limits {
  /** Where an endpoint says nothing else. */
  readonly rateLimit: RateLimit | undefined;
  readonly findLimit: FindLimit;
}

/** One limit that the endpoints share, and one for each endpoint with its own. Probes and answers to OPTIONS have none. */
export function findLimits(config: Config, { rates, fallback, logger }: LimitWorld): Limits {
  const given = config.rate_limit !== undefined;
  const rateLimit = given ? toRateLimit(config.rate_limit) : fallback && { ...fallback, by: "ip" as const };
  const hint = given
    ? undefined
    : "this is the limit of every server; rate_limit: gives another, rate_limit: false none";
  const parts = { store: rates, logger, hint };
  const shared =
    rateLimit === undefined ? null : limitRequests(rateLimit, { ...parts, name: "rate_limit", tells: given });
  return {
    rateLimit,
    findLimit(endpoint) {
      if (endpoint?.rateLimit === undefined) return shared;
      const own = toRateLimit(endpoint.rateLimit);
      const name = `endpoints.${endpoint.name}.rate_limit`;
      return own === undefined ? null : limitRequests(own, { ...parts, name, tells: true, hint: undefined });
    },
  };
}
