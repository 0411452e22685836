import type { Observation } from "@backworks/core";
import { computed } from "../families/computed.ts";
import type { Reading } from "../families/computed.ts";
import type { Family } from "../families/family.ts";
import { PluginNumbers } from "./plugin-numbers.ts";
import { circuitsOf } from "./circuits.ts";

const states = ["new", "initialized", "started", "quarantined", "failed", "stopped"];

/** What core tells of itself, its plugins and its upstreams. */
export function backworksFamilies(observation: Observation, version: string): readonly Family[] {
  const numbers = new PluginNumbers(observation);
  return [
    computed(
      { name: "backworks_build_info", help: "Versions of what runs; always 1.", type: "gauge", over: "max" },
      () => [{ labels: { version, node_version: process.version }, value: 1 }],
    ),
    computed(
      {
        name: "http_server_active_requests",
        help: "Requests and upgraded connections under way, the scrape among them.",
        type: "gauge",
      },
      () => [{ value: observation.requestsUnderWay() }],
    ),
    ...pluginFamilies(observation),
    valueFamily(numbers),
    ...reloadFamilies(observation),
    computed(
      {
        name: "backworks_circuit_state",
        help: "Whether requests go to a target of an upstream: 1 for the state it is in.",
        type: "gauge",
      },
      () => circuitReadings(observation),
    ),
    computed(
      { name: "backworks_cache_requests_total", help: "Requests that the cache saw, by result.", type: "counter" },
      async () => {
        if (!observation.plugins().some(({ name }) => name === "cache")) return [];
        return cacheReadings(await numbers.read());
      },
    ),
  ];
}

function pluginFamilies(observation: Observation): readonly Family[] {
  return [
    computed(
      { name: "backworks_plugin_state", help: "State of a plugin: 1 for the one it is in.", type: "gauge" },
      () =>
        observation
          .plugins()
          .flatMap(({ name, state: present }) =>
            states.map((state) => ({ labels: { plugin: name, state }, value: state === present ? 1 : 0 })),
          ),
    ),
    computed(
      {
        name: "backworks_plugin_healthy",
        help: "Whether a plugin says that it is healthy or degraded.",
        type: "gauge",
        over: "min",
      },
      async () =>
        Object.entries(await observation.pluginHealth()).map(([plugin, { status }]) => ({
          labels: { plugin },
          value: status === "unhealthy" ? 0 : 1,
        })),
    ),
    computed(
      {
        name: "backworks_plugin_hook_duration_seconds",
        help: "Time in the hooks of a plugin.",
        type: "summary",
      },
      () =>
        observation.plugins().flatMap(({ name, hooks }) =>
          Object.entries(hooks).flatMap(([hook, { calls, totalMs }]) => [
            { labels: { plugin: name, hook }, value: totalMs / 1000, suffix: "_sum" },
            { labels: { plugin: name, hook }, value: calls, suffix: "_count" },
          ]),
        ),
    ),
    computed({ name: "backworks_plugin_errors_total", help: "Failures of a plugin, by step.", type: "counter" }, () =>
      observation
        .plugins()
        .flatMap(({ name, errors }) =>
          Object.entries(errors).map(([step, value]) => ({ labels: { plugin: name, step }, value })),
        ),
    ),
  ];
}

function valueFamily(numbers: PluginNumbers): Family {
  return computed(
    { name: "backworks_plugin_value", help: "What a plugin counts itself, by name.", type: "gauge" },
    async () => Object.entries(await numbers.read()).flatMap(pluginReadings),
  );
}

function pluginReadings([plugin, numbers]: [string, Readonly<Record<string, number>>]): readonly Reading[] {
  return Object.entries(numbers).map(([name, value]) => ({ labels: { plugin, name }, value }));
}

function reloadFamilies(observation: Observation): readonly Family[] {
  return [
    computed(
      // Every process knows the reloads of all.
      {
        name: "backworks_config_reload_total",
        help: "Reloads since the start, by result.",
        type: "counter",
        over: "max",
      },
      () => {
        const { succeeded, failed } = observation.reloads();
        return [
          { labels: { result: "success" }, value: succeeded },
          { labels: { result: "failure" }, value: failed },
        ];
      },
    ),
    computed(
      {
        name: "backworks_config_last_reload_successful",
        help: "Whether the last reload went well; 1 before the first.",
        type: "gauge",
        over: "min",
      },
      () => [{ value: observation.reloads().lastFailed ? 0 : 1 }],
    ),
  ];
}

function circuitReadings(observation: Observation): readonly Reading[] {
  return circuitsOf(observation).flatMap(({ upstream, target, isOpen }) =>
    (["closed", "open"] as const).map((state) => ({
      labels: { upstream, target, state },
      value: isOpen === (state === "open") ? 1 : 0,
    })),
  );
}

/** How often each result came, as the plugin that caches counts it. */
const cacheResults = ["hits", "misses", "stale", "revalidated", "bypassed", "collapsed"];

function cacheReadings(numbers: Readonly<Record<string, Readonly<Record<string, number>>>>): readonly Reading[] {
  const cache = numbers["cache"] ?? {};
  return cacheResults.flatMap((result) => {
    const value = cache[result];
    return value === undefined ? [] : [{ labels: { result }, value }];
  });
}
