import preset from "../../jest.preset.js";

// Every contract serves its plugin in several ways, and waits for those that hang: most of the time nothing is computed.
export default { ...preset, testTimeout: 60_000, maxWorkers: 4 };
