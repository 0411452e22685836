import { readConfig } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { createProject } from "../testing/project.ts";
import { missingDrivers, wantedDrivers } from "./drivers.ts";

const drivers = [
  {
    keys: ["store.type", "stores.*.type"],
    values: {
      fast: { package: "fast-driver", range: "^2.0.0" },
      slow: { package: "slow-driver", range: "^1.0.0" },
      own: { package: "own-driver", range: "^1.0.0", unless: "node:fs" },
    },
  },
];

const manifest = JSON.stringify({
  name: "backworks-mode-store",
  version: "1.0.0",
  exports: "./index.js",
  backworks: { drivers },
});

describe("drivers", () => {
  it("are those that the modes in use name for what the configuration says", async () => {
    using project = createProject({
      "backworks.yaml":
        "name: a\nstores: { a: { type: fast }, b: { type: fast }, c: { type: own } }\nendpoints: { x: { path: /x, mode: store, store: {} } }\n",
      "node_modules/backworks-mode-store/package.json": manifest,
      "node_modules/fast-driver/package.json": '{ "name": "fast-driver", "version": "2.1.0" }',
    });
    const raw = await readConfig({ cwd: project.folder, env: {} });

    expect(wantedDrivers(raw, [project.folder])).toEqual([{ name: "fast", package: "fast-driver", range: "^2.0.0" }]);
    expect(missingDrivers(raw, [project.folder])).toEqual([]);
  });

  it("are missing when no folder has them", async () => {
    using project = createProject({
      "backworks.yaml": "name: a\nstore: { type: slow }\nendpoints: { x: { path: /x, mode: store, store: {} } }\n",
      "node_modules/backworks-mode-store/package.json": manifest,
    });
    const raw = await readConfig({ cwd: project.folder, env: {} });

    expect(missingDrivers(raw, [project.folder])).toEqual([
      { name: "slow", kind: "driver", specs: ["slow-driver@^1.0.0"] },
    ]);
  });
});
