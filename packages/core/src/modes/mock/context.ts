import type { Scheduler } from "../../clock.ts";
import type { ReplyContext } from "./answer/reply.ts";
import type { WhenContext } from "./match/when.ts";
import type { Delivery } from "./delivery.ts";
import type { Memory } from "./memory.ts";
import type { DeliveryOptions } from "./options/rule.ts";
import type { Path } from "./mistakes.ts";

/** What the rules of one endpoint are compiled with. */
export interface EndpointContext extends ReplyContext, WhenContext {
  /** Whether requests are answered by what came before. */
  readonly memory: Memory;
  /** Name of the endpoint: begins the names of its counters. */
  readonly endpoint: string;
  readonly scheduler: Scheduler;
  /** Compiles `delay`, `dribble`, `bandwidth` and `fault`; what is not given comes from the endpoint, then from the root. */
  delivery(options: DeliveryOptions, path: Path): Delivery;
}
