import { describe, expect, it } from "@jest/globals";
import { createRig, plugin } from "../../test/plugin-rig.ts";
import type { Siblings } from "../plugin.ts";
import type { PluginListener } from "./world.ts";

describe("siblings of a plugin", () => {
  it("are nobody in a process that serves alone", async () => {
    const given: Siblings[] = [];
    const rig = createRig();

    await rig.load([plugin("a", ({ siblings }) => (siblings.listen(() => {}), void given.push(siblings)))]);

    expect(given.map((siblings) => siblings.tell("hello"))).toEqual([true]);
  });

  it("are told under its name, and tell it until it ends", async () => {
    const told: unknown[] = [];
    const listening = new Map<string, PluginListener>();
    const given: Siblings[] = [];
    const rig = createRig({
      siblings: {
        async tell(...all) {
          told.push(all);
          return false;
        },
        listen(name, listener) {
          listening.set(name, listener);
          return () => void listening.delete(name);
        },
      },
    });
    await rig.load([plugin("a", ({ siblings }) => (siblings.listen(() => {}), void given.push(siblings)))]);

    const answer = await given[0]?.tell("hello");
    const during = [...listening.keys()];
    await rig.manager.close();
    given[0]?.listen(() => {});

    expect([answer, told]).toEqual([false, [["a", "hello"]]]);
    expect(during).toEqual(["a"]);
    expect(listening.size).toBe(0);
  });
});
