import { describe, expect, it } from "@jest/globals";
import { broughtProblem } from "./brought-shape.ts";

const schema = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } };
const mode = { name: "upper", endpointKeys: { upper: schema }, open() {}, compile() {} };
const command = { name: "count", description: "Counts", run() {} };

describe("what a plugin brings", () => {
  it("is fine when it is whole, or when there is nothing", () => {
    expect(broughtProblem({ modes: [mode], commands: [command] })).toBeUndefined();
    expect(broughtProblem({})).toBeUndefined();
  });

  it.each([
    [{ modes: [mode, "upper"] }, "modes[1] must be an object"],
    [{ modes: [{ ...mode, name: "Upper" }] }, "modes[0] (Upper) needs a name of lower-case letters"],
    [{ modes: [{ name: "mock" }] }, "modes[0] (mock) needs endpointKeys"],
    [{ modes: [{ ...mode, compile: undefined }] }, "modes[0] (upper) needs the function compile"],
    [{ modes: [{ ...mode, endpointKeys: { upper: {} } }] }, "endpointKeys.upper that is not a Standard Schema"],
    [{ modes: [{ ...mode, rootKeys: 1 }] }, "rootKeys that are no object"],
    [{ commands: [null] }, "commands[0] must be an object"],
    [{ commands: [{ ...command, description: undefined }] }, "commands[0] (count) needs a description"],
    [
      { commands: [{ ...command, name: "start" }] },
      "commands[0] (start) has the name of a command of backworks itself",
    ],
    [
      { commands: [{ ...command, name: "export openapi" }] },
      "commands[0] (export openapi) has the name of a command of backworks itself",
    ],
    [{ commands: [{ ...command, name: "import that" }] }, "commands[0] (import that) needs a name"],
    [{ commands: [{ ...command, run: undefined }] }, "commands[0] (count) needs the function run"],
  ])("is refused with its index and name: %j", (definition, problem) => {
    expect(broughtProblem(definition)).toContain(problem);
  });
});
