import { BackworksError } from "../../errors.ts";
import type { EndpointSource } from "../../mode.ts";
import type { Conditions, Crossing } from "./compile.ts";
import { includesMethod } from "./fit.ts";
import type { Branch, Fallback, Plan } from "./plan.ts";

/** What an endpoint came to. */
interface Checked {
  readonly endpoint: EndpointSource;
  readonly plan: Plan;
  readonly conditions: Conditions;
  readonly crossings: readonly Crossing[];
}

/** Branches and fallbacks that never answer, and methods that nobody does. */
export function findMistakes(checked: Checked): readonly BackworksError[] {
  const { plan } = checked;
  return [
    ...plan.branches.flatMap((branch) => unreachable(branch, whyNever(branch, checked), checked)),
    ...plan.fallbacks.flatMap((fallback) => unreachable(fallback, whyNoFallback(fallback, checked), checked)),
    ...unanswered(checked),
  ];
}

interface Reason {
  readonly problem: string;
  readonly hint?: string;
}

function unreachable(
  { label, path }: Branch | Fallback,
  reason: Reason | undefined,
  { endpoint }: Checked,
): readonly BackworksError[] {
  if (reason === undefined) return [];
  const { problem, hint } = reason;
  return [
    new BackworksError("BW_HYBRID_UNREACHABLE", { branch: label, problem }, { where: endpoint.place(path), hint }),
  ];
}

function whyNever(branch: Branch, { endpoint, plan, conditions, crossings }: Checked): Reason | undefined {
  // What is wrong with its condition was told.
  if (branch.when !== undefined && !conditions.has(branch)) return undefined;
  const outside = outsideOf(branch, endpoint);
  if (outside !== undefined) return outside;
  if (crossings.some(({ ways }) => ways.some((way) => way.branch === branch))) return undefined;
  if (conditions.get(branch)?.always === false) return { problem: "its condition is never true" };
  const { branches } = plan;
  const earlier = branches
    .slice(0, branches.indexOf(branch))
    .find(
      (other) =>
        (other.when === undefined || conditions.get(other)?.always === true) &&
        crossings.some(({ method, ways }) => includesMethod(branch.methods, method) && ways.at(-1)?.branch === other),
    );
  if (earlier === undefined) return { problem: `${branch.use} answers none of these requests` };
  return {
    problem: `${earlier.label} takes every request before it`,
    hint: `give ${earlier.label} a when: or methods:, or write the branch below fallback: with on:`,
  };
}

function whyNoFallback(fallback: Fallback, { endpoint, plan, crossings }: Checked): Reason | undefined {
  const outside = outsideOf(fallback, endpoint);
  if (outside !== undefined) return outside;
  if (crossings.some(({ waysOut }) => waysOut.some((one) => one.fallback === fallback))) return undefined;
  const isAlone = plan.branches.every(({ use }) => use === fallback.use);
  return { problem: isAlone ? "it is the mode that failed" : `${fallback.use} answers none of these requests` };
}

/** A method that the endpoint does not have: of HEAD, GET is enough. */
function outsideOf({ methods }: Branch | Fallback, endpoint: EndpointSource): Reason | undefined {
  if (!endpoint.methodsGiven || methods === undefined) return undefined;
  if (methods.some((method) => includesMethod(endpoint.methods, method))) return undefined;
  const [method = ""] = methods;
  return { problem: `the endpoint does not answer ${methods.join(", ")}`, hint: `add ${method} to its methods` };
}

function unanswered({ endpoint, crossings, conditions, plan }: Checked): readonly BackworksError[] {
  // Whoever has a mistake in its condition may be the one.
  if (!endpoint.methodsGiven || plan.branches.some((one) => one.when !== undefined && !conditions.has(one))) return [];
  return endpoint.methods.flatMap((method) => {
    if (crossings.some((crossing) => includesMethod([crossing.method], method))) return [];
    const where = endpoint.place(["methods"]);
    const hint = `name a branch for ${method}, or take it out of methods`;
    return [new BackworksError("BW_HYBRID_METHOD", { method, endpoint: endpoint.name }, { where, hint })];
  });
}
