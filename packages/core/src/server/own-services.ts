import type { Config, ValuePath } from "../config/config.ts";
import { createProjectFiles } from "../config/project-files.ts";
import { observationService } from "../observation.ts";
import type { Observation } from "../observation.ts";
import { pluginTemplatesService } from "../plugin-templates.ts";
import type { PluginTemplatePlace, PluginTemplates } from "../plugin-templates.ts";
import { processesService } from "../processes.ts";
import { provideService } from "../service.ts";
import type { ServiceBinding, ServiceKey } from "../service.ts";
import { createModeTemplates } from "../template/mode-templates.ts";
import type { LoadedGeneration, LoadWorld } from "./generation.ts";
import type { Host } from "./host.ts";
import { templateSettingsOf } from "./mode-templates.ts";
import { createOneProcess } from "./one-process.ts";

/** What core offers the plugins of a host. */
export interface OwnServicesSource {
  readonly host: Host;
  /** The generation that serves; `undefined` while the first is loaded. */
  serving(): LoadedGeneration | undefined;
  world(): LoadWorld;
}

/** Services of core, by configuration; the observation and the processes are the same over all generations. */
export function servicesOf(source: OwnServicesSource): (config: Config) => readonly ServiceBinding[] {
  const observation = provideService(observationService, observe(source));
  const alone = createOneProcess();
  return (config) => {
    const world = source.world();
    const processes = provideService(processesService, world.part?.processes ?? alone);
    return [observation, processes, provideService(pluginTemplatesService, templatesFor(config, world))];
  };
}

function observe({ host, serving, world }: OwnServicesSource): Observation {
  return {
    plugins: () => host.plugins.observe(),
    async pluginHealth() {
      const reports = world().secrets.hideIn(await host.plugins.health());
      return Object.fromEntries(reports.map(({ name, ...health }) => [name, health]));
    },
    async pluginNumbers() {
      const numbers = await host.plugins.metrics();
      return Object.fromEntries(Object.entries(numbers).map(([name, { own }]) => [name, own]));
    },
    modes: () => world().secrets.hideIn(serving()?.built.health() ?? []),
    reloads() {
      if (serving() === undefined) return { succeeded: 0, failed: 0, lastFailed: false, servesSince: 0 };
      const { servesSince, ...own } = host.status();
      // A failure may have been another process's.
      const { reloads, lastError } = world().part?.reloads ?? own;
      return { ...reloads, lastFailed: lastError !== undefined, servesSince };
    },
    requestsUnderWay: () => (serving() === undefined ? 0 : host.status().requestsUnderWay),
    // The key carries the type of what was bound to its name.
    modeService: <T>({ name }: ServiceKey<T>) => serving()?.built.offered.get(name) as T | undefined,
  };
}

function templatesFor(config: Config, { options, clock, random, relay }: LoadWorld): PluginTemplates {
  const files = createProjectFiles(config.raw.root);
  const app = { name: config.name, development: options.development ?? false, basePath: "" };
  const { environment } = config.raw;
  const sources = { app, files, clock, random, logger: relay, environment, templateFunctions: new Map() };
  const templates = createModeTemplates(sources, templateSettingsOf(config));
  return {
    compile(value, where) {
      const options = pathOfOptions(config, where);
      return templates.compile(value, { place: (inner) => config.raw.place([...options, ...where.path, ...inner]) });
    },
  };
}

function pathOfOptions({ raw, endpoints }: Config, { plugin, endpoint }: PluginTemplatePlace): ValuePath {
  if (endpoint === undefined) return raw.plugins.find(({ name }) => name === plugin)?.path ?? ["plugins", plugin];
  const section = endpoints.find(({ name }) => name === endpoint);
  return [...(section?.configPath ?? ["endpoints", endpoint]), plugin];
}
