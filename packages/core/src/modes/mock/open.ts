import type { Clock, Random } from "../../clock.ts";
import type { ModeContext } from "../../mode.ts";
import { createRandom } from "../../random.ts";
import { compileDelivery, plainDelivery } from "./compile-delivery.ts";
import { createBase } from "./create-context.ts";
import type { Delivery } from "./delivery.ts";
import { loadEngines } from "./match/engines.ts";
import { isCounted, type Memory } from "./memory.ts";
import { Mistakes } from "./mistakes.ts";
import type { MockDefaults } from "./options/root.ts";
import { createResources } from "./resource/resources.ts";
import type { Resources } from "./resource/resource.ts";
import type { MockWorld } from "./scope.ts";
import { parseSessionKey } from "./session-key.ts";
import { createSessions, type Sessions } from "./session.ts";

/** What the mock endpoints of one App share. */
export interface OpenMock {
  readonly sessions: Sessions;
  readonly resources: Resources;
  readonly world: MockWorld;
  readonly defaults: MockDefaults;
  /** How responses are sent when an endpoint does not say. */
  readonly delivery: Delivery;
  readonly development: boolean;
  readonly strict: boolean;
  readonly exposeEnvironment: readonly string[];
  /** Whether what holds for every endpoint goes by what came before: numbers that repeat, faults by count. */
  readonly keepsState: boolean;
  readonly context: ModeContext;
}

interface RootValues {
  readonly mock?: MockDefaults;
  readonly seed?: number;
  readonly clock?: string;
  readonly strict_templates?: boolean;
  readonly expose_env?: readonly string[];
}

export async function openMock(context: ModeContext): Promise<OpenMock> {
  // Checked by the schemas of the root keys.
  const values = context.values as RootValues;
  const { clock, logger } = context;
  const defaults = values.mock ?? {};
  const key = defaults.session && parseSessionKey(defaults.session.by);
  const sessions = await openSessions(defaults, context);
  const ignoredParameters = key?.queryParameter === undefined ? [] : [key.queryParameter];
  const resources = createResources({ sessions, logger, ignoredParameters });
  const settings = { strict: values.strict_templates ?? false, exposeEnvironment: values.expose_env ?? [] };
  const world: MockWorld = {
    sessions,
    clock: values.clock === undefined ? clock : fixedClock(values.clock, clock),
    machineClock: clock,
    resources: (session) => resources.access(session),
  };
  const memory: Memory = { isKept: values.seed !== undefined || isCounted(defaults) };
  const delivery = await compileRootDelivery(defaults, { context, settings, world, memory });
  const { development } = context.app;
  const shared = { sessions, resources, world, defaults, delivery, development, context };
  return { ...settings, ...shared, keepsState: memory.isKept };
}

/** Sessions outlive reloads as long as they are told apart by the same key and draw the same numbers. */
function openSessions({ session }: MockDefaults, { values, clock, random, resources }: ModeContext): Promise<Sessions> {
  const key = session && parseSessionKey(session.by);
  // Checked by the schemas of the root keys.
  const { seed } = values as RootValues;
  return resources.acquire(`sessions ${JSON.stringify([session?.by, seed])}`, {
    open: () => createSessions({ clock, key, random: randomOf(seed, random) }),
    close() {},
  });
}

interface RootParts {
  readonly context: ModeContext;
  readonly settings: Pick<OpenMock, "strict" | "exposeEnvironment">;
  readonly world: MockWorld;
  readonly memory: Memory;
}

/** Delivery of every endpoint that says nothing else; its conditions cannot name path parameters. */
async function compileRootDelivery(
  defaults: MockDefaults,
  { context, settings, world, memory }: RootParts,
): Promise<Delivery> {
  const { place } = context;
  const mistakes = new Mistakes(place);
  const engines = await loadEngines(typeof defaults.fault === "object" ? defaults.fault.when : undefined);
  const now = (): number => world.clock.now();
  const base = createBase({ context, settings, mistakes, engines, pattern: "/", now, place, memory });
  const delivery = compileDelivery(defaults, ["mock"], { context: base, inherited: plainDelivery });
  mistakes.throwIfAny();
  return delivery;
}

function fixedClock(date: string, machine: Clock): Clock {
  const now = Date.parse(date);
  return { now: () => now, monotonic: () => machine.monotonic() };
}

/** With a seed each session has its own numbers, so that parallel sessions repeat each for itself. */
function randomOf(seed: number | undefined, random: Random): (sessionId: string) => Random {
  return seed === undefined ? () => random : (sessionId) => createRandom(mix(seed, sessionId));
}

/** Source: FNV-1a, 32 bits (G. Fowler, L. C. Noll, K.-P. Vo), begun with the seed. */
function mix(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
