import { proxy } from "./mode.ts";

export type { BalancedTarget, Balancer, CreateBalancer } from "./upstream/balancer.ts";
export { upstreamExtension } from "./upstream/extension.ts";
export type { FoundTarget, UpstreamExtension } from "./upstream/extension.ts";
export type { AttemptOutcome, EndedAttempt, UpstreamFailure } from "./upstream/target.ts";
// The loader of modes asks for it.
// oxlint-disable-next-line import/no-default-export
export default proxy;
