import { monitoring } from "./plugin.ts";

export { metricsRegistryService } from "./service.ts";
// The loader of plugins asks for it.
// oxlint-disable-next-line import/no-default-export
export default monitoring;
