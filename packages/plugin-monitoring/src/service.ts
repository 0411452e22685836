import { defineService } from "@backworks/core";
import type { ServiceKey } from "@backworks/core";
import type { Registry } from "prom-client";

/** The registry of prom-client whose metrics are shown beside ours; other plugins add theirs to it. */
export const metricsRegistryService: ServiceKey<Registry> = defineService<Registry>("monitoring.registry");
