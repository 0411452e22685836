import { rest } from "./case.ts";
import type { HostileCase } from "./case.ts";

const names = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "__defineGetter__",
  "then",
  "length",
];

/** Where a name may stand. */
const places: Readonly<Record<string, (name: string) => string>> = {
  "at the root": (name) => `${name}: { polluted: 1 }${rest}`,
  "of an endpoint": (name) => `name: x\nendpoints: { ${name}: { path: /a, mock: { body: 1 } } }\n`,
  "in an endpoint": (name) => `name: x\nendpoints: { a: { path: /a, ${name}: 1, mock: { body: 1 } } }\n`,
  "in a mock": (name) => `name: x\nendpoints: { a: { path: /a, mock: { body: 1, ${name}: 1 } } }\n`,
  "in a body": (name) => `name: x\nendpoints: { a: { path: /a, mock: { body: { ${name}: 1 } } } }\n`,
  "of a header": (name) => `name: x\nendpoints: { a: { path: /a, mock: { body: 1, headers: { ${name}: v } } } }\n`,
  "of a global header": (name) => `global_headers: { ${name}: v }${rest}`,
  "of a plugin": (name) => `plugins: { ${name}: { enabled: true } }${rest}`,
  "of an environment": (name) => `environments: { ${name}: { name: y } }${rest}`,
  "of a mode": (name) => `name: x\nendpoints: { a: { path: /a, mode: ${name}, mock: { body: 1 } } }\n`,
  "of a parameter": (name) =>
    `name: x\nendpoints: { a: { path: "/a/{${name}}", mock: { body: "\${path.${name}}" } } }\n`,
  "of a member": (name) => `name: x\nendpoints: { a: { path: /a, mock: { body: "\${request.${name}}" } } }\n`,
  "of a function": (name) => `name: x\nendpoints: { a: { path: /a, mock: { body: "\${${name}()}" } } }\n`,
  "in server": (name) => `server: { ${name}: 1 }${rest}`,
  "of a column": (name) =>
    `name: x\nendpoints: { a: { path: /a, mock: { resource: { seed: [ { id: 1, ${name}: x } ] } } } }\n`,
};

export const hostileNames: readonly HostileCase[] = names.flatMap((name) =>
  Object.entries(places).map(([place, make]) => ({ name: `${name} ${place}`, yaml: make(name) })),
);
