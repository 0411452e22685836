import type { EndpointSource, ModeContext, RouteDraft } from "@backworks/core";
import type { OpenProxy } from "../upstream/open.ts";
import { holdEndpoint, releaseEndpoint } from "../upstream/open.ts";
import { composeRoute } from "../compose/compose-route.ts";
import { forwardRoute } from "./forward-route.ts";
import { toProxyOptions } from "./endpoint.ts";
import type { ProxyOptions } from "./endpoint.ts";
import { Mistakes } from "./mistakes.ts";
import { EndpointUpstreams } from "./endpoint-upstreams.ts";

/** What an endpoint is compiled with. */
export interface Compiling {
  readonly endpoint: EndpointSource;
  readonly options: ProxyOptions;
  readonly opened: OpenProxy;
  /** Its templates say whether one of them reads the body of the request. */
  readonly context: ModeContext;
  readonly mistakes: Mistakes;
  readonly upstreams: EndpointUpstreams;
}

/** Everything besides methods and path. */
export type RouteParts = Pick<RouteDraft, "handler" | "upgrade" | "explain"> & {
  /** Whether the body is read before the handler runs. */
  readonly readsBody: boolean;
};

/** Methods that are forwarded when the configuration lists none. */
const allMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "*"];

/** Compiles an endpoint to its route. @throws BW_CONFIG_INVALID */
export async function compileProxy(endpoint: EndpointSource, opened: OpenProxy): Promise<readonly RouteDraft[]> {
  // Checked by the schema.
  const options = toProxyOptions(endpoint.values["proxy"] as Parameters<typeof toProxyOptions>[0]);
  const mistakes = new Mistakes(endpoint.place);
  const holder = holdEndpoint(endpoint, opened);
  const uses = { body: false };
  const upstreams = new EndpointUpstreams(endpoint, { opened, holder, mistakes });
  const context = watchTemplates(opened.context, uses);
  const compiling: Compiling = { endpoint, options, opened, context, mistakes, upstreams };
  try {
    const parts = await (options.compose === undefined ? forwardRoute(compiling) : composeRoute(compiling));
    mistakes.throwIfAny();
    return [
      toDraft(endpoint, parts, { readsBody: parts.readsBody || uses.body, composes: options.compose !== undefined }),
    ];
  } catch (error) {
    await releaseEndpoint(endpoint, opened, holder);
    throw error;
  }
}

/** The same context, whose templates tell when they read the body. */
function watchTemplates(context: ModeContext, uses: { body: boolean }): ModeContext {
  return {
    ...context,
    templates: {
      compile(value, options) {
        const template = context.templates.compile(value, options);
        if (template.usesBody) uses.body = true;
        return template;
      },
    },
  };
}

interface Needs {
  readonly readsBody: boolean;
  readonly composes: boolean;
}

function toDraft(
  { methods, methodsGiven, path }: EndpointSource,
  { handler, upgrade, explain }: RouteParts,
  { readsBody, composes }: Needs,
): RouteDraft {
  const answered = methodsGiven || composes ? methods : allMethods;
  // HEAD is the upstream's to answer.
  const withHead = answered.includes("GET") && !composes ? [...new Set([...answered, "HEAD"])] : answered;
  return {
    methods: withHead,
    path,
    handler,
    needs: readsBody ? { requestBody: true, ownTime: true } : { requestStream: true, ownTime: true },
    ...(upgrade && { upgrade }),
    ...(explain && { explain }),
  };
}
