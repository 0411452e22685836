/** Names people know from other tools, by the operator that means the same. */
const operatorsFor: Readonly<Record<string, string>> = {
  between: "gte and lte",
  eq: "equals",
  equal: "equals",
  is: "equals",
  like: "contains",
  match: "matches",
  max: "lte",
  min: "gte",
  missing: "absent",
  ne: "not",
  neq: "not",
  not_equals: "not",
  nin: "not_in",
  oneOf: "in",
  one_of: "in",
  or: "any_of",
  and: "all_of",
  pattern: "matches",
  prefix: "starts_with",
  present: "exists",
  regex: "matches",
  regexp: "matches",
  suffix: "ends_with",
};

/** The operator that does what another tool does under this name. */
export function operatorCalled(name: string): string | undefined {
  return Object.hasOwn(operatorsFor, name) ? operatorsFor[name] : undefined;
}
