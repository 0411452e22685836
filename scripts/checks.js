// Everything that must hold besides tests. `pnpm check` runs all of it, `pnpm check lint docs` runs some.
export const checks = [
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings", "."] },
  { name: "types", command: ["node", "scripts/check-types.js"] },
  { name: "layers", command: ["node", "scripts/check-layers.js"] },
  { name: "unused", command: ["knip"] },
  { name: "api", command: ["node", "scripts/check-api.js"] },
  { name: "docs", command: ["node", "scripts/check-docs.js"] },
  { name: "packages", command: ["node", "scripts/check-packages.js"] },
];
