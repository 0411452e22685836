import { describe, expect, it } from "@jest/globals";
import { instanceProblem } from "./instance-shape.ts";

const run = (): void => {};

describe("what initialize returns", () => {
  it("is fine with every member that the contract has", () => {
    const hook = { run, order: 1, when: { endpoints: [], methods: [], modes: [] }, timeoutMs: 1 };
    const contributes = { handlers: [], routes: [], middleware: [], templateFunctions: {}, services: [] };

    const whole = { beforeRequest: { ...hook, needs: { requestBody: true } }, afterResponse: run, contributes };

    expect(instanceProblem(whole)).toBeUndefined();
  });

  it("may keep members of its own on a hook, for `this`", () => {
    expect(instanceProblem({ beforeRequest: { run, runs: 0, count: 0 } })).toBeUndefined();
  });

  it.each([
    [[], "initialize returned a list"],
    [{ beforeReqest: run }, "the unknown member beforeReqest, did you mean beforeRequest?"],
    [{ afterResponse: { run, wen: {} } }, "afterResponse has the unknown member wen, did you mean when?"],
    [{ beforeRequest: { run, when: { method: ["GET"] } } }, "beforeRequest.when has the unknown member method"],
    [{ beforeRequest: { run, needs: { body: true } } }, "beforeRequest.needs has the unknown member body"],
    [{ beforeRequest: { run, timeoutMs: "1s" } }, "beforeRequest.timeoutMs must be a number"],
    [{ beforeRequest: { run, when: { methods: "GET" } } }, "beforeRequest.when.methods must be a list of words"],
    [
      { finished: { run, when: { methods: ["GTE"] } } },
      "finished.when.methods has GTE, which is no method, did you mean GET?",
    ],
    [{ around: { run, timeoutMs: 1 } }, "around has the time of the handler, and no timeoutMs"],
    [{ finished: { run, timeoutMs: 1 } }, "finished is not waited for"],
    [{ around: { run, needs: { responseBody: true } } }, "around cannot need the responseBody"],
    [{ contributes: { handler: [] } }, "contributes has the unknown member handler, did you mean handlers?"],
  ])("is refused when a member is misspelled or of another kind: %j", (instance, problem) => {
    expect(instanceProblem(instance)).toContain(problem);
  });
});
