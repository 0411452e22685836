import { apisService, defineMode, offerService, upstreamsService } from "@backworks/core";
import type { Mode } from "@backworks/core";
import { apisSchema } from "./options/apis.ts";
import { compileProxy } from "./options/compile.ts";
import { proxySchema } from "./options/endpoint.ts";
import { upstreamsSchema } from "./options/upstream.ts";
import { closeProxy, healthOfProxy, openProxy, releaseEndpoint, toUpstreams } from "./upstream/open.ts";
import type { OpenProxy } from "./upstream/open.ts";

const mode = defineMode<OpenProxy>({
  name: "proxy",
  description: "Answers with what a server behind it answers.",
  endpointKeys: { proxy: proxySchema },
  rootKeys: { upstreams: upstreamsSchema, apis: apisSchema },
  services: [offerService(apisService, ({ apis }: OpenProxy) => apis), offerService(upstreamsService, toUpstreams)],
  open: openProxy,
  compile: compileProxy,
  release: releaseEndpoint,
  health: healthOfProxy,
  close: closeProxy,
});

/** Answers by forwarding to an upstream. */
export const proxy: Mode = mode;
