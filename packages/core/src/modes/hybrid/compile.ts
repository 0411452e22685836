import { isBackworksError } from "../../errors.ts";
import type { BackworksError } from "../../errors.ts";
import { invalidConfig, partsOf } from "../../invalid-config.ts";
import type { Branches, EndpointSource, ModeContext, RouteDraft } from "../../mode.ts";
import { pathShape } from "../../path-pattern.ts";
import { toHandler, toUpgrade } from "./answer.ts";
import { findMistakes } from "./check.ts";
import type { Condition } from "./condition.ts";
import { compileCondition } from "./condition.ts";
import { toExplain } from "./explain.ts";
import { findFit, includesMethod } from "./fit.ts";
import { includesNotFound } from "./outcome.ts";
import type { Branch, Fallback, Plan } from "./plan.ts";
import { createReport } from "./report.ts";
import type { Report } from "./report.ts";
import { needsOf, toWay, toWayOut } from "./ways.ts";
import type { Way, WayOut } from "./ways.ts";

/** What one endpoint is compiled from. */
export interface Compiling {
  readonly endpoint: EndpointSource;
  readonly plan: Plan;
  readonly drafts: Branches;
  readonly context: ModeContext;
}

/** One method and pattern with everything that may answer there. */
export interface Crossing {
  readonly method: string;
  readonly path: string;
  readonly ways: readonly Way[];
  readonly waysOut: readonly { readonly way: WayOut; readonly fallback: Fallback }[];
}

/** Joins what the branches made of an endpoint by path and method. @throws BW_CONFIG_INVALID with every mistake */
export function compileHybrid(compiling: Compiling): readonly RouteDraft[] {
  const { endpoint, plan, context } = compiling;
  const mistakes: BackworksError[] = [];
  const conditions = compileConditions(compiling, mistakes);
  const isWhole = [...plan.branches, ...plan.fallbacks].every(({ use }) => compiling.drafts.has(use));
  const crossings = addressesOf(compiling)
    .map((address) => toCrossing(address, compiling, conditions))
    .filter(({ ways, waysOut }) => ways.length > 0 || waysOut.length > 0);
  if (isWhole) mistakes.push(...findMistakes({ endpoint, plan, conditions, crossings }));
  if (mistakes.length > 0) throw invalidConfig(mistakes);
  const report = createReport(endpoint.name, context);
  return crossings.map((crossing) => toDraft(crossing, endpoint, report));
}

/** Conditions by their branch; those with mistakes are not there. */
export type Conditions = ReadonlyMap<Branch, Condition>;

function compileConditions({ endpoint, plan, context }: Compiling, mistakes: BackworksError[]): Conditions {
  const conditions = new Map<Branch, Condition>();
  for (const branch of plan.branches) {
    if (branch.when === undefined) continue;
    try {
      conditions.set(branch, compileCondition(branch.when, endpoint, context.templates));
    } catch (error) {
      if (!isBackworksError(error)) throw error;
      mistakes.push(...partsOf(error));
    }
  }
  return conditions;
}

interface Address {
  readonly method: string;
  readonly path: string;
}

/** Every method and pattern that a branch answers, and of fallbacks for 404 those that no branch has. */
function addressesOf({ plan, drafts }: Compiling): readonly Address[] {
  const addresses = new Map<string, Address>();
  const add = (address: Address): void => {
    const key = `${address.method} ${pathShape(address.path)}`;
    if (!addresses.has(key)) addresses.set(key, address);
  };
  for (const branch of plan.branches) for (const address of allOf(branch, drafts)) add(address);
  for (const fallback of plan.fallbacks) {
    if (!includesNotFound(fallback.on)) continue;
    for (const address of allOf(fallback, drafts)) if (!isAnswered(address, plan, drafts)) add(address);
  }
  return byPath([...addresses.values()]);
}

/** Those of one path together, for whoever reads the list. */
function byPath(addresses: readonly Address[]): readonly Address[] {
  const paths = [...new Set(addresses.map(({ path }) => path))];
  return paths.flatMap((path) => addresses.filter((address) => address.path === path));
}

function allOf({ use, methods }: Pick<Branch, "use" | "methods">, drafts: Branches): readonly Address[] {
  return (drafts.get(use) ?? []).flatMap((draft) =>
    draft.methods.filter((method) => includesMethod(methods, method)).map((method) => ({ method, path: draft.path })),
  );
}

function isAnswered({ method, path }: Address, { branches }: Plan, drafts: Branches): boolean {
  return branches.some(
    ({ use, methods }) => includesMethod(methods, method) && findFit(drafts.get(use) ?? [], path, method) !== undefined,
  );
}

function toCrossing({ method, path }: Address, compiling: Compiling, conditions: Conditions): Crossing {
  const { plan, drafts, context } = compiling;
  const fitOf = ({ use, methods }: Pick<Branch, "use" | "methods">): ReturnType<typeof findFit> =>
    includesMethod(methods, method) ? findFit(drafts.get(use) ?? [], path, method) : undefined;
  const ways: Way[] = [];
  for (const branch of plan.branches) {
    const fit = fitOf(branch);
    const condition = conditions.get(branch);
    if (fit === undefined || condition?.always === false) continue;
    const isLast = branch.when === undefined || condition?.always === true;
    ways.push(toWay(branch, fit, { condition: isLast ? undefined : condition, scheduler: context.scheduler }));
    // What stands behind it is never asked here.
    if (isLast) break;
  }
  const waysOut = plan.fallbacks.flatMap((fallback) => {
    const fit = fitOf(fallback);
    const isOther =
      ways.length === 0 ? includesNotFound(fallback.on) : ways.some(({ branch }) => branch.use !== fallback.use);
    return fit !== undefined && isOther ? [{ way: toWayOut(fallback, fit, context.scheduler), fallback }] : [];
  });
  return { method, path, ways, waysOut };
}

function toDraft({ method, path, ways, waysOut }: Crossing, endpoint: EndpointSource, report: Report): RouteDraft {
  const out = waysOut.map(({ way }) => way);
  const upgrade = toUpgrade(ways);
  return {
    methods: [method],
    path,
    handler: toHandler(ways, out, report),
    needs: needsOf(ways, out),
    answeredBy: [...new Set([...ways, ...out].map(({ branch }) => branch.use))],
    ...(upgrade && { upgrade }),
    explain: toExplain(endpoint, ways, waysOut),
  };
}
