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
      const init = route.answer(scope.exchange, scope.session);
      if (isPlain(delivery)) return init;
      const response = { status: init.status ?? 200, headers: HeaderList.from(init.headers), body: init.body ?? null };
      return deliver(response, delivery, { scope, scheduler: context.scheduler });
    },
  };
}
