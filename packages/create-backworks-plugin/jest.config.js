import preset from "../../jest.preset.js";

// Every kind is compiled and tested as its author would.
export default { ...preset, testTimeout: 120_000 };
