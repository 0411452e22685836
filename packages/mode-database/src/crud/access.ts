import { BackworksError, identityOf } from "@backworks/core";
import type { Exchange, Identity, JsonValue } from "@backworks/core";
import type { AccessOptions, RuleOptions } from "../options/crud.ts";

/** What may be done with rows. */
export type Action = "read" | "write";

/** Rows and columns that somebody may read or write. */
export interface RowRule {
  /** What columns of a row must be; all of it must hold. */
  readonly where: readonly Demand[];
  /** `undefined`: all that the collection shows. */
  readonly columns: readonly string[] | undefined;
}

/** A column that must have a value, or one of several. */
export interface Demand {
  readonly column: string;
  /** The values of one request; nothing fits `undefined`. */
  wanted(exchange: Exchange): JsonValue | undefined;
}

/** The rules of a collection. */
export interface Access {
  /** In the order of the configuration. */
  readonly roles: readonly RoleRules[];
}

interface RoleRules {
  readonly role: string;
  readonly read: RowRule | undefined;
  readonly write: RowRule | undefined;
}

/** Makes the value of a demand out of what the configuration says. */
export type CompileDemand = (value: unknown, path: readonly string[]) => Demand["wanted"];

const everything: RowRule = { where: [], columns: undefined };

/** `undefined` when everybody may do everything. */
export function compileAccess(options: AccessOptions | undefined, compile: CompileDemand): Access | undefined {
  if (options === undefined) return undefined;
  const ruleOf = (rule: RuleOptions | undefined, path: readonly string[]): RowRule | undefined => {
    if (rule === undefined || rule === false) return undefined;
    if (rule === true) return everything;
    const where = Object.entries(rule.where ?? {}).map(([column, value]): Demand => ({
      column,
      wanted: compile(value, [...path, "where", column]),
    }));
    return { where, columns: rule.columns };
  };
  const roles = Object.entries(options).map(([role, { read, write }]) => ({
    role,
    read: ruleOf(read, ["access", role, "read"]),
    write: ruleOf(write, ["access", role, "write"]),
  }));
  return { roles };
}

/** The role of a request that nobody sends, as far as is known, and the last one of every other. */
const anonymous = "anonymous";

/** Roles of who sends a request, those for everybody among them. */
export function rolesOf(exchange: Exchange): readonly string[] {
  const identity = identityOf(exchange);
  return identity === undefined ? nobody : [...identity.roles, anonymous];
}

const nobody: readonly string[] = [anonymous];

/** The rule that lets one of these roles do something; `undefined` when none does. */
export function ruleFor(access: Access | undefined, roles: readonly string[], action: Action): RowRule | undefined {
  if (access === undefined) return everything;
  // What a role says itself comes before what everybody may.
  const fits = (own: boolean): RoleRules | undefined =>
    access.roles.find((rules) => rules[action] && roles.includes(rules.role) && own === (rules.role !== anonymous));
  return (fits(true) ?? fits(false))?.[action];
}

/** What a refusal is about. */
export interface Refused {
  readonly collection: string;
  readonly action: Action;
}

/** 401 for somebody who is not known, 403 for somebody who is. */
export function refuse(exchange: Exchange, { collection, action }: Refused): BackworksError {
  if (identityOf(exchange) !== undefined)
    return denied(collection, `${action === "read" ? "reading" : "writing"} is not for its roles`);
  return new BackworksError(
    "BW_ACCESS_IDENTITY",
    { action, collection },
    { headers: { "www-authenticate": "Bearer" } },
  );
}

/** 403, with what is not allowed. */
export function denied(collection: string, problem: string, columns?: readonly string[]): BackworksError {
  const members = columns === undefined ? undefined : { columns };
  return new BackworksError("BW_ACCESS_DENIED", { collection, problem }, { members });
}

/** A claim of who sends a request, `sub` or `org.id`. */
export function claimOf(exchange: Exchange, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = identityOf(exchange)?.claims satisfies Identity["claims"] | undefined;
  for (const step of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    // Neither nothing nor a list: an object.
    const members = value as { readonly [key: string]: JsonValue | undefined };
    value = Object.hasOwn(members, step) ? members[step] : undefined;
  }
  return value;
}
