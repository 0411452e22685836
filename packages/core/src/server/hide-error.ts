import { BackworksError, codes, isBackworksError } from "../errors.ts";
import type { Secrets } from "../secrets.ts";
import { describeThrown, toError } from "../thrown.ts";
import type { ThrownFacts } from "../thrown.ts";

/** An error that tells no secret: the same when it tells none anyway, otherwise a copy. */
export function hideInError(thrown: unknown, secrets: Secrets): unknown {
  if (!secrets.active || !tells(thrown, secrets)) return thrown;
  if (typeof thrown === "string") return secrets.hide(thrown);
  const facts = secrets.hideIn(describeThrown(thrown));
  return isBackworksError(thrown) && Object.hasOwn(codes, thrown.code)
    ? copyOurs(thrown, facts, secrets)
    : toError(facts);
}

function tells(thrown: unknown, secrets: Secrets): boolean {
  const facts: unknown[] = [describeThrown(thrown)];
  if (isBackworksError(thrown)) facts.push(thrown.details, thrown.hint, thrown.members);
  const text = JSON.stringify(facts);
  if (secrets.hide(text) !== text) return true;
  return isBackworksError(thrown) && thrown.errors.some((error) => tells(error, secrets));
}

function copyOurs(error: BackworksError, { stack }: ThrownFacts, secrets: Secrets): BackworksError {
  const copy = new BackworksError(error.code, secrets.hideIn(error.details), {
    where: error.where,
    hint: error.hint === undefined ? undefined : secrets.hide(error.hint),
    cause: hideInError(error.cause, secrets),
    members: secrets.hideIn(error.members),
    headers: error.headers,
    // What an error of ours stands for is ours as well.
    errors: error.errors.map((each) => hideInError(each, secrets) as BackworksError),
  });
  if (stack !== undefined) copy.stack = stack;
  return copy;
}
