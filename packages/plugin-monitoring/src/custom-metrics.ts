import { invalidConfig, isBackworksError, pluginTemplatesService } from "@backworks/core";
import type {
  BackworksError,
  Exchange,
  ModeTemplate,
  PluginContext,
  PluginTemplates,
  RouteInfo,
} from "@backworks/core";
import type { SeriesBudget } from "./families/budget.ts";
import { Histogram } from "./families/histogram.ts";
import { Numbers } from "./families/numbers.ts";
import type { CustomOptions } from "./options/custom.ts";
import { perRoute } from "./per-route.ts";

/** The metrics of `custom:`, compiled. */
export interface CustomMetrics {
  readonly families: readonly (Numbers | Histogram)[];
  /** Endpoints whose body an expression reads; `undefined` for all, empty for none. */
  readonly bodyOf: readonly string[] | undefined;
  record(exchange: Exchange): void;
}

interface CompiledMetric {
  readonly name: string;
  readonly options: CustomOptions;
  readonly value: ModeTemplate;
  readonly when: ModeTemplate | undefined;
  readonly labels: readonly (readonly [string, ModeTemplate])[];
}

interface CustomMetric extends CompiledMetric {
  readonly family: Numbers | Histogram;
}

/** What the metrics of `custom:` are made with. */
type CustomContext = Pick<PluginContext, "name" | "service" | "resources">;

/** Compiles every expression, and takes the families that the instance before has of the same shape. @throws BW_CONFIG_INVALID with all mistakes */
export async function openCustom(
  all: Readonly<Record<string, CustomOptions>>,
  context: CustomContext,
  budget: SeriesBudget,
): Promise<CustomMetrics> {
  const compiled = compileAll(all, context);
  const metrics: CustomMetric[] = [];
  for (const one of compiled) metrics.push({ ...one, family: await familyOf(one, context, budget) });
  if (metrics.length === 0) return { families: [], bodyOf: [], record() {} };
  return putTogether(metrics, await holdFamily(context, "errors", () => new Numbers({ ...aboutErrors, budget })));
}

function putTogether(metrics: readonly CustomMetric[], errors: Numbers): CustomMetrics {
  const metricsOf = perRoute((route) => metrics.filter((metric) => appliesTo(metric, route)));
  return {
    families: [...metrics.map(({ family }) => family), errors],
    bodyOf: endpointsOf(metrics.filter(readsBody)),
    record(exchange) {
      for (const metric of metricsOf(exchange.route)) {
        if (metric.options.methods?.includes(exchange.request.method) === false) continue;
        if (!recordOne(metric, exchange)) errors.add(errors.bind({ metric: metric.name }), 1);
      }
    },
  };
}

/** Metrics for endpoints that are not there: most likely a slip of the pen. Routes of plugins have a dot in their name. */
export function warnOfUnknownEndpoints(
  all: Readonly<Record<string, CustomOptions>>,
  { app, logger }: Pick<PluginContext, "app" | "logger">,
): void {
  const known = new Set(app.endpoints.map(({ name }) => name));
  for (const [metric, { endpoints = [] }] of Object.entries(all)) {
    const unknown = endpoints.filter((name) => !known.has(name) && !name.includes("."));
    if (unknown.length > 0) logger.warn("a metric is for endpoints that are not there", { metric, endpoints: unknown });
  }
}

function compileAll(all: Readonly<Record<string, CustomOptions>>, context: CustomContext): readonly CompiledMetric[] {
  const templates = context.service(pluginTemplatesService);
  const mistakes: BackworksError[] = [];
  const metrics = Object.entries(all).flatMap(([name, options]) => {
    try {
      return [compileOne(name, options, { plugin: context.name, templates })];
    } catch (error) {
      if (!isBackworksError(error) || error.code !== "BW_CONFIG_INVALID") throw error;
      mistakes.push(...error.errors);
      return [];
    }
  });
  if (mistakes.length > 0) throw invalidConfig(mistakes);
  return metrics;
}

function compileOne(
  name: string,
  options: CustomOptions,
  { plugin, templates }: { readonly plugin: string; readonly templates: PluginTemplates },
): CompiledMetric {
  const compile = (value: unknown, ...path: readonly string[]): ModeTemplate =>
    templates.compile(value, { plugin, path: ["custom", name, ...path] });
  const labels = Object.entries(options.labels ?? {});
  return {
    name,
    options,
    value: compile(options.value, "value"),
    when: options.when === undefined ? undefined : compile(options.when, "when"),
    labels: labels.map(([label, value]) => [label, compile(value, "labels", label)] as const),
  };
}

const aboutErrors = {
  name: "backworks_custom_metric_errors_total",
  help: "Requests for which a custom metric had no usable value.",
  type: "counter",
  labelNames: ["metric"],
} as const;

/** The family there is when it has the same shape. */
async function familyOf(
  { name, options }: CompiledMetric,
  context: CustomContext,
  budget: SeriesBudget,
): Promise<Numbers | Histogram> {
  const labelNames = Object.keys(options.labels ?? {});
  const shared = { name, help: options.help, labelNames, budget };
  const create = (): Numbers | Histogram =>
    options.type === "histogram"
      ? new Histogram({ ...shared, buckets: options.buckets })
      : new Numbers({ ...shared, type: options.type });
  const buckets = options.type === "histogram" ? options.buckets : [];
  const family = await holdFamily(context, JSON.stringify([name, options.type, labelNames, buckets]), create);
  // A reload may say it in other words.
  family.help = options.help;
  return family;
}

/** A family goes on over reloads as long as a configuration has it; then its series are free for others. */
function holdFamily<Kept extends Numbers | Histogram>(
  { resources }: CustomContext,
  shape: string,
  create: () => Kept,
): Promise<Kept> {
  return resources.acquire(`custom ${shape}`, { open: create, close: (family) => family.free() });
}

function appliesTo({ options: { endpoints } }: CustomMetric, route: RouteInfo | undefined): boolean {
  return endpoints === undefined || (route !== undefined && endpoints.includes(route.endpoint));
}

/** `false` when an expression failed or the value is none. */
function recordOne({ options, family, value, when, labels }: CustomMetric, exchange: Exchange): boolean {
  try {
    if (when !== undefined && isNo(when.evaluate(exchange))) return true;
    const amount = toAmount(value.evaluate(exchange));
    if (amount === undefined || (options.type === "counter" && amount < 0)) return false;
    const series = family.bind(
      Object.fromEntries(labels.map(([label, template]) => [label, toText(template.evaluate(exchange))])),
    );
    if (family instanceof Histogram) family.observe(series, amount);
    else if (options.type === "counter") family.add(series, amount);
    else family.set(series, amount, exchange.startedAt);
    return true;
  } catch {
    // What a request does not have is no failure of the plugin; it is counted.
    return false;
  }
}

function isNo(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === 0 || value === "" || value === "false";
}

function toAmount(value: unknown): number | undefined {
  const amount = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof amount === "number" && Number.isFinite(amount) ? amount : undefined;
}

/** A label without a value is empty, which is the same as not being there. */
function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readsBody({ value, when, labels }: CustomMetric): boolean {
  return [value, ...(when === undefined ? [] : [when]), ...labels.map(([, label]) => label)].some(
    ({ usesBody }) => usesBody,
  );
}

function endpointsOf(metrics: readonly CustomMetric[]): readonly string[] | undefined {
  const lists = metrics.map(({ options: { endpoints } }) => endpoints);
  return lists.includes(undefined) ? undefined : [...new Set(lists.flatMap((names) => names ?? []))];
}
