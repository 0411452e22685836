export default {
  testEnvironment: "node",
  // Real sockets, files and processes: on a machine that does other things some of these take their time.
  testTimeout: 30_000,
  roots: ["<rootDir>/src"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2022", parser: { syntax: "typescript", explicitResourceManagement: true } },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
  // Modules of a test file stay in memory as long as the process that ran it: a fresh one goes on.
  workerIdleMemoryLimit: "1GB",
  coverageProvider: "v8",
  collectCoverageFrom: ["src/**/*.ts", "!src/**/*.test.ts"],
};
