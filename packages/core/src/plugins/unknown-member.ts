import { suggest } from "../suggest.ts";

/** The first member of a part that does not belong to it, with what was meant; `undefined` when there is none. */
export function strangerIn(name: string, part: unknown, members: ReadonlySet<string>): string | undefined {
  const key = Object.keys(part ?? {}).find((member) => !members.has(member));
  return key === undefined ? undefined : unknownMember(name, key, members);
}

/** A part may keep members of its own for `this`; one that is nearly a member that is missing was meant to be it. */
export function misspelledIn(
  name: string,
  part: Readonly<Record<string, unknown>>,
  members: ReadonlySet<string>,
): string | undefined {
  const missing = new Set([...members].filter((key) => part[key] === undefined));
  const near = Object.keys(part).find((key) => !members.has(key) && suggest(key, missing) !== undefined);
  return near === undefined ? undefined : unknownMember(name, near, missing);
}

function unknownMember(name: string, key: string, members: ReadonlySet<string>): string {
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
