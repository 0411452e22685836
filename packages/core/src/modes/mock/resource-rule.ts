import type { BackworksResponse, MaybePromise, ResponseInit } from "../../exchange.ts";
import { HeaderList } from "../../headers.ts";
import { methodCheck } from "./compile-rule.ts";
import type { EndpointContext } from "./context.ts";
import { deliver, isPlain, type Delivery } from "./delivery.ts";
import type { ResourceRoute } from "./resource/resource.ts";
import type { Rule } from "./rule.ts";

interface ResourceRule {
  readonly methods: readonly string[];
  readonly rule: Rule;
}

const writing = new Set(["POST", "PUT", "PATCH"]);

/** The rules of one route of a collection: one for what reads, one for what brings a body. */
export function resourceRules(
  route: ResourceRoute,
  given: { readonly context: EndpointContext; readonly delivery: Delivery },
): readonly ResourceRule[] {
  const readers = route.methods.filter((method) => !writing.has(method));
  const writers = route.methods.filter((method) => writing.has(method));
  return [readers, writers]
    .filter((methods) => methods.length > 0)
    .map((methods) => ({ methods, rule: toRule(route, methods, given) }));
}

function toRule(
  route: ResourceRoute,
  methods: readonly string[],
  { context, delivery }: { readonly context: EndpointContext; readonly delivery: Delivery },
): Rule {
  return {
    name: "resource",
    place: context.place(["mock", "resource"]),
    priority: 0,
    methods,
    checks: [methodCheck(methods)],
    gates: [],
    usesBody: methods.some((method) => writing.has(method)) || (delivery.fault?.usesBody ?? false),
    constant: undefined,
    answer: (scope) => {
      const answered = route.answer(scope.exchange, scope.session);
      if (isPlain(delivery)) return answered;
      const send = (init: ResponseInit): MaybePromise<ResponseInit> =>
        deliver(toWhole(init), delivery, { scope, scheduler: context.scheduler });
      return answered instanceof Promise ? answered.then(send) : send(answered);
    },
  };
}

function toWhole({ status = 200, headers, body = null }: ResponseInit): BackworksResponse {
  return { status, headers: HeaderList.from(headers), body };
}
