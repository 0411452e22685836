import { suggest } from "../suggest.ts";

/** The first member of a part that does not belong to it, with what was meant; `undefined` when there is none. */
export function strangerIn(name: string, part: unknown, members: ReadonlySet<string>): string | undefined {
  const key = Object.keys(part ?? {}).find((member) => !members.has(member));
  return key === undefined ? undefined : unknownMember(name, key, members);
}

/** Says that a part has no such member. */
export function unknownMember(name: string, key: string, members: ReadonlySet<string>): string {
  return `${name} has the unknown member ${key}${meant(key, members)}`;
}

/** What is probably meant, to be put behind a sentence. */
export function meant(word: string, members: ReadonlySet<string>): string {
  const member = suggest(word, members);
  return member === undefined ? "" : `, did you mean ${member}?`;
}

/** A hook for a method that no request has would never run. */
export function methodProblem(name: string, given: readonly string[] | undefined): string | undefined {
  return refuseMethod(
    name,
    given?.find((method) => !methods.has(method.toUpperCase())),
  );
}

/** A route may be for any method, WebDAV's say; one that is nearly a usual one was meant to be it. */
export function misspelledMethod(name: string, given: readonly string[] | undefined): string | undefined {
  const isNear = (word: string): boolean => !methods.has(word) && suggest(word, methods) !== undefined;
  return refuseMethod(
    name,
    given?.find((method) => isNear(method.toUpperCase())),
  );
}

function refuseMethod(name: string, wrong: string | undefined): string | undefined {
  return wrong && `${name} has ${wrong}, which is no method${meant(wrong.toUpperCase(), methods)}`;
}

const methods: ReadonlySet<string> = new Set("GET HEAD POST PUT PATCH DELETE OPTIONS TRACE".split(" "));
