import { invalidConfig, isBackworksError } from "@backworks/core";
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

/** Families of custom metrics, kept over reloads as long as their shape is the same. */
export type CustomFamilies = Map<string, Numbers | Histogram>;

/** What custom metrics are made with. */
export interface CustomSources {
  /** The key under `plugins:`. */
  readonly plugin: string;
  readonly templates: PluginTemplates;
  readonly families: CustomFamilies;
  readonly budget: SeriesBudget;
}

/** The metrics of `custom:`, compiled. */
export interface CustomMetrics {
  readonly families: readonly (Numbers | Histogram)[];
  /** Endpoints whose body an expression reads; `undefined` for all, empty for none. */
  readonly bodyOf: readonly string[] | undefined;
  record(exchange: Exchange): void;
}

interface CustomMetric {
  readonly name: string;
  readonly options: CustomOptions;
  readonly family: Numbers | Histogram;
  readonly value: ModeTemplate;
  readonly when: ModeTemplate | undefined;
  readonly labels: readonly (readonly [string, ModeTemplate])[];
}

/** Compiles every expression. @throws BW_CONFIG_INVALID with all mistakes */
export function compileCustom(all: Readonly<Record<string, CustomOptions>>, sources: CustomSources): CustomMetrics {
  const metrics = compileAll(all, sources);
  const errors = errorsOf(sources);
  const metricsOf = perRoute((route) => metrics.filter((metric) => appliesTo(metric, route)));
  return {
    families: metrics.length === 0 ? [] : [...metrics.map(({ family }) => family), errors],
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

function compileAll(all: Readonly<Record<string, CustomOptions>>, sources: CustomSources): readonly CustomMetric[] {
  const mistakes: BackworksError[] = [];
  const metrics = Object.entries(all).flatMap(([name, options]) => {
    try {
      return [compileOne(name, options, sources)];
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
  { plugin, templates, ...store }: CustomSources,
): CustomMetric {
  const compile = (value: unknown, ...path: readonly string[]): ModeTemplate =>
    templates.compile(value, { plugin, path: ["custom", name, ...path] });
  const labels = Object.entries(options.labels ?? {});
  return {
    name,
    options,
    family: familyOf(name, options, store),
    value: compile(options.value, "value"),
    when: options.when === undefined ? undefined : compile(options.when, "when"),
    labels: labels.map(([label, value]) => [label, compile(value, "labels", label)] as const),
  };
}

function errorsOf({ families, budget }: CustomSources): Numbers {
  const known = families.get("errors");
  if (known instanceof Numbers) return known;
  const errors = new Numbers({
    name: "backworks_custom_metric_errors_total",
    help: "Requests for which a custom metric had no usable value.",
    type: "counter",
    labelNames: ["metric"],
    budget,
  });
  families.set("errors", errors);
  return errors;
}

/** The family there is when it has the same shape. */
function familyOf(
  name: string,
  options: CustomOptions,
  { families, budget }: Pick<CustomSources, "families" | "budget">,
): Numbers | Histogram {
  const labelNames = Object.keys(options.labels ?? {});
  const buckets = options.type === "histogram" ? options.buckets : [];
  const key = JSON.stringify([name, options.type, labelNames, buckets]);
  const shared = { name, help: options.help, labelNames, budget };
  const family =
    families.get(key) ??
    (options.type === "histogram"
      ? new Histogram({ ...shared, buckets })
      : new Numbers({ ...shared, type: options.type }));
  // A reload may say it in other words.
  family.help = options.help;
  families.set(key, family);
  return family;
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
