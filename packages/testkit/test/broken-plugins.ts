import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { definePlugin } from "@backworks/core";
import type { PluginAction, PluginDefinition, PluginInstance } from "@backworks/core";
import { z } from "zod";
import type { PluginContractOptions } from "../src/plugin/subject.ts";
import { badManners } from "./bad-manners.ts";
import { defining, good, returning } from "./good-plugin.ts";
import type { GoodPlugin } from "./good-plugin.ts";

/** A plugin with one mistake, by the check that finds it. */
export interface Broken {
  readonly plugin: GoodPlugin;
  readonly given?: PluginContractOptions;
}

const boom = (): never => {
  throw new Error("boom");
};
const hang = (): Promise<never> => new Promise(() => {});
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const steps = [
  "start",
  "stop",
  "cleanup",
  "reconfigure",
  "exportState",
  "importState",
  "beforeRequest",
  "around",
  "afterResponse",
  "finished",
  "healthCheck",
  "getMetrics",
] as const;

/** Goes wrong in one step. */
function inStep(step: (typeof steps)[number], wrong: () => unknown): GoodPlugin {
  // A step gives what it likes.
  return returning(() => ({ [step]: wrong }));
}

export const throwing: Readonly<Record<string, Broken>> = Object.fromEntries(
  steps.map((step) => [`${step}: does not throw`, { plugin: inStep(step, boom) }]),
);
export const hanging: Readonly<Record<string, Broken>> = Object.fromEntries(
  steps.map((step) => [`${step}: ends in time`, { plugin: inStep(step, hang) }]),
);

/** What the good plugin has as a schema, changed. */
function withOptions(change: object): GoodPlugin {
  const schema = z.strictObject({
    header: z.string().default("x-good").describe("Header to write"),
    every: z.number().default(1000).describe("Milliseconds between two reports"),
  });
  const standard = { ...schema["~standard"], ...change };
  return defining({ options: { "~standard": standard } });
}

const header = z.string().default("x-good").describe("Header to write");
const every = z.number().default(1000).describe("Milliseconds between two reports");
const mark = z.string().default("own").describe("What the header says here");

/** A schema of options or of an endpoint's, instead of the good one. */
function schemas(change: { readonly options?: z.ZodType; readonly endpointOptions?: z.ZodType }): GoodPlugin {
  // Broken schemas give what they give.
  return defining(change as unknown as Partial<GoodPlugin>);
}

export const brokenSchemas: Readonly<Record<string, Broken>> = {
  "options: takes those the contract is given": { plugin: good, given: { otherOptions: { header: 7 } } },
  "options: describes every one": {
    plugin: schemas({ options: z.strictObject({ header, every: z.number().default(1000) }) }),
  },
  "options: has a default for each that may be absent": {
    plugin: schemas({ options: z.strictObject({ header, every, note: z.string().optional().describe("A note") }) }),
  },
  "options: defaults are what is used": {
    plugin: schemas({ options: z.strictObject({ every, header: header.transform((text) => `${text}-changed`) }) }),
  },
  "options: refuses unknown ones and names them": { plugin: schemas({ options: z.looseObject({ header, every }) }) },
  "options: refuses what is no mapping without throwing": {
    plugin: withOptions({
      validate(value: unknown) {
        if (value === null) throw new Error("boom");
        return z.strictObject({ header, every })["~standard"].validate(value);
      },
    }),
  },
  "options: leaves what it checks as it is": {
    plugin: withOptions({
      validate(value: Record<string, unknown> | null) {
        const result = z.strictObject({ header, every })["~standard"].validate(value);
        if (typeof value === "object" && value !== null && !Array.isArray(value)) value["every"] ??= 1000;
        return result;
      },
    }),
  },
  "options of an endpoint: describes every one": {
    plugin: schemas({ endpointOptions: z.strictObject({ mark: z.string().default("own") }) }),
  },
  "options of an endpoint: has a default for each that may be absent": {
    plugin: schemas({ endpointOptions: z.strictObject({ mark, note: z.string().optional().describe("A note") }) }),
  },
  "options of an endpoint: refuses unknown ones and names them": {
    plugin: schemas({ endpointOptions: z.looseObject({ mark }) }),
  },
  "options of an endpoint: refuses what is no mapping without throwing": {
    plugin: schemas({
      endpointOptions: z.preprocess((value) => (value === null ? {} : value), z.strictObject({ mark })),
    }),
  },
};

let shared = 0;

export const brokenManners: Readonly<Record<string, Broken>> = {
  // The mark goes with the copy.
  "definition: made with definePlugin": {
    plugin: { ...good, [Symbol.for("backworks.plugin")]: undefined },
  },
  "definition: describes itself": { plugin: defining({ description: "plugin" }) },
  "definition: names the contract it was written for": { plugin: without("apiVersion") },
  "definition: says what its failure does to a request": { plugin: without("failure") },
  "served: is accepted by Backworks": { plugin: defining({ requires: { nobody: "^1.0.0" } }) },
  "initialize: does not throw": { plugin: defining({ initialize: boom }) },
  "initialize: ends in time": { plugin: defining({ initialize: hang }) },
  "healthCheck: gives a status": { plugin: inStep("healthCheck", () => ({ status: "fine" })) },
  "healthCheck: gives details that JSON can hold": {
    plugin: inStep("healthCheck", () => ({ status: "healthy", details: { count: 1n } })),
  },
  "getMetrics: gives numbers": { plugin: inStep("getMetrics", () => ({ ratio: Number.NaN })) },
  "getMetrics: names them well": { plugin: inStep("getMetrics", () => ({ "cache hits": 1 })) },
  "request: ends its wait when the client leaves": {
    plugin: inStep("beforeRequest", () => later(400)),
    given: { limits: { hookMs: 1500 } },
  },
  "request: may be cut off": {
    plugin: returning(() => ({ afterResponse: ({ signal }) => signal.throwIfAborted() })),
  },
  "response: arrives whole": {
    plugin: returning(() => ({
      afterResponse({ response }) {
        if (!(response.body instanceof Readable)) return;
        response.body.destroy();
        response.body = new Readable({
          read() {
            this.destroy(new Error("boom"));
          },
        });
      },
    })),
  },
  "response: has its headers set by their methods": {
    plugin: returning(() => ({ afterResponse: ({ response }) => void Reflect.set(response.headers, "x-good", "yes") })),
  },
  "around: answers": { plugin: returning(() => ({ around: (exchange, next) => void next(exchange) as never })) },
  "around: asks the handler once": {
    plugin: returning(() => ({
      async around(exchange, next) {
        await next(exchange);
        return next(exchange);
      },
    })),
  },
  "request: is not written to": {
    plugin: returning(() => ({
      beforeRequest: ({ request }) => void Reflect.set(request.headers, "x-user", "ada"),
    })),
  },
  "actions: go through": { plugin: acting((given) => (given === 7 ? boom() : given)) },
  "actions: say what they were given wrong": {
    plugin: acting((given) => (typeof given === "number" ? given : boom())),
  },
  "actions: give what JSON can hold": { plugin: acting(() => ({ at: new Date() }) as never) },
  "reload: starts beside the instance before": {
    plugin: returning(() => {
      const path = join(tmpdir(), `backworks-contract-${process.pid}.sock`);
      const server = createServer();
      return {
        start: () =>
          new Promise<void>((resolve, reject) => {
            server.once("error", reject).listen(path, () => resolve());
          }),
        stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
      };
    }),
  },
  "reload: loses no request": {
    plugin: defining({
      initialize: (() => {
        let made = 0;
        return async (context) => {
          made += 1;
          const isSecond = made % 2 === 0;
          const instance = ((await good.initialize(context)) ?? {}) as PluginInstance;
          return { ...instance, beforeRequest: (exchange) => void (isSecond && exchange.respond({ status: 503 })) };
        };
      })(),
    }),
  },
  "reconfigure: takes other options and the first ones again": { plugin: inStep("reconfigure", () => "done") },
  "state: is data": { plugin: inStep("exportState", () => ({ count: () => 1 })) },
  "state: arrives whole": { plugin: returning(() => ({ importState: undefined }) as unknown as PluginInstance) },
  "state: of another version does no harm": {
    plugin: returning(() => ({
      importState: (state) => {
        if (typeof (state as { count?: unknown }).count !== "number") boom();
      },
    })),
  },
  "end: needs no start": {
    plugin: returning(() => {
      let timer: { cancel(): void } | undefined;
      return {
        start: () => void (timer = { cancel() {} }),
        cleanup() {
          if (timer === undefined) throw new Error("has no timer");
          timer.cancel();
        },
      };
    }),
  },
  "end: frees what initialize took, without a start": {
    plugin: returning(() => {
      const timer = setInterval(() => {}, 1000).unref();
      return { stop: () => clearInterval(timer) };
    }),
  },
  ...Object.fromEntries(
    Object.entries(badManners).map(([name, behave]) => [name, { plugin: inStep("start", behave) }]),
  ),
  "context: is not written to": {
    plugin: defining({
      async initialize(context) {
        Object.assign(context.options, { header: "x-mine" });
        return good.initialize(context);
      },
    }),
  },
  "instances: share no state": {
    plugin: returning(() => ({ finished: () => void (shared += 1), getMetrics: () => ({ shared }) })),
  },
};

function acting(set: PluginAction): GoodPlugin {
  return returning(() => ({ contributes: { actions: { set } } }));
}

function without(key: "apiVersion" | "failure"): GoodPlugin {
  const { [key]: _left, ...rest } = good;
  return definePlugin(rest as PluginDefinition) as unknown as GoodPlugin;
}

export const brokenPlugins: Readonly<Record<string, Broken>> = {
  ...brokenManners,
  ...brokenSchemas,
  ...throwing,
  ...hanging,
};
