import { describe, expect, it } from "@jest/globals";
import { defineService, provideService } from "../service.ts";
import { contributionProblem } from "./contribution-shape.ts";

const run = (): void => {};

describe("what a plugin contributes", () => {
  it("is fine when it is whole, or when there is nothing", () => {
    const whole = {
      handlers: [{ name: "a", path: "/a", handler: run }],
      routes: [{ path: "/b", handler: run }, { handler: run }],
      middleware: [{ path: "/", handler: run }],
      templateFunctions: { f: { signature: "f()", description: "", arity: [0, 0], call: run } },
      services: [provideService(defineService<number>("one"), 1)],
      actions: { empty: run },
    };

    expect(contributionProblem(whole)).toBeUndefined();
    expect(contributionProblem(undefined)).toBeUndefined();
  });

  it.each([
    ["text", "contributes must be an object"],
    [{ handlers: {} }, "contributes.handlers must be a list"],
    [{ handlers: [{ path: "/a", handler: run }] }, "handlers[0] needs a name"],
    [{ handlers: [{ name: "a", path: "a", handler: run }] }, "needs a path that begins with a slash"],
    [{ handlers: [{ name: "a", path: "/a" }] }, "handlers[0] needs the function handler"],
    [{ handlers: [{ name: "a", path: "/a", methods: "GET", handler: run }] }, "methods that are no list"],
    [
      { handlers: [{ name: "a", path: "/a", method: "POST", handler: run }] },
      "handlers[0] has the unknown member method, did you mean methods?",
    ],
    [{ handlers: [{ name: "a", path: "/a", methods: ["PSOT"], handler: run }] }, "PSOT, which is no method"],
    [
      { handlers: [{ name: "a", path: "/a", needs: { body: true }, handler: run }] },
      "contributes.handlers[0].needs has the unknown member body",
    ],
    [{ handlers: [{ name: "a", path: "/a", upgrade: true, handler: run }] }, "upgrade that is no function"],
    [{ middleware: [{ paht: "/a", handler: run }] }, "middleware[0] has the unknown member paht, did you mean path?"],
    [{ routes: [{ path: "/a" }] }, "routes[0] needs a handler"],
    [{ middleware: [{ path: "/", handler: "x" }] }, "middleware[0] needs a handler"],
    [{ services: [1] }, "services[0] must be an object"],
    [{ services: [{}] }, "services[0] was not made with provideService()"],
    [{ templateFunctions: { f: run } }, "templateFunctions.f needs signature"],
    [{ actions: "purge" }, "contributes.actions must be an object"],
    [{ actions: { purge: true } }, "contributes.actions.purge must be a function"],
  ])("is refused with its place: %j", (contributes, problem) => {
    expect(contributionProblem(contributes)).toContain(problem);
  });
});
