import type { Exchange, Handler, Place, UpgradeHandler } from "@backworks/core";
import { parametersOf } from "../rewrite/create-path.ts";
import { textOf } from "../rewrite/text-of.ts";
import { createArmChoice } from "../split/choose-arm.ts";
import { explainArms } from "../split/explain-arms.ts";
import type { Compiling, RouteParts } from "./compile.ts";
import type { SplitOptions } from "./parts.ts";
import type { ForwardPlan } from "./plan.ts";
import { toTimeouts } from "./timeouts.ts";

interface Roads {
  /** Where ways go that name nothing else. */
  readonly main: ForwardPlan["upstream"] | undefined;
  forward(upstream: ForwardPlan["upstream"]): RouteParts;
}

/** A route that goes one of several ways. */
export function splitRoute(arms: SplitOptions, compiling: Compiling, { main, forward }: Roads): RouteParts {
  const { options, upstreams, context } = compiling;
  const { connectMs } = toTimeouts(options);
  const routes = arms.flatMap((arm, index) => {
    const isOwn = arm.upstream === undefined && arm.target === undefined;
    const upstream = isOwn ? main : upstreams.find(arm, { path: ["proxy", "split", index], connectMs });
    return upstream === undefined ? [] : [forward(upstream)];
  });
  const [first] = routes;
  const keyOf = compileKey(compiling);
  const choose = createArmChoice(arms, { random: context.random, keyOf });
  const placeOf = (index: number): Place => compiling.endpoint.place(["proxy", "split", index]);
  // As long as there were no mistakes there is a route for each way.
  const routeOf = (exchange: Exchange): RouteParts => routes[choose(exchange)] as RouteParts;
  const handler: Handler = (exchange) => routeOf(exchange).handler(exchange);
  const upgrade: UpgradeHandler | undefined =
    first?.upgrade && ((exchange, socket, head) => routeOf(exchange).upgrade?.(exchange, socket, head));
  const explain = explainArms(arms, { placeOf, keyOf, choose });
  return { handler, explain, readsBody: first?.readsBody === true, ...(upgrade && { upgrade }) };
}

function compileKey({ options, endpoint, context, mistakes }: Compiling): ((exchange: Exchange) => string) | undefined {
  const { split_key: key } = options;
  if (key === undefined) return undefined;
  const place = (path: readonly (string | number)[]) => endpoint.place(["proxy", "split_key", ...path]);
  const parameters = parametersOf(endpoint.path);
  const template = mistakes.attempt(() => context.templates.compile(key, { place, files: endpoint.files, parameters }));
  return template && ((exchange) => textOf(template.evaluate(exchange)));
}
