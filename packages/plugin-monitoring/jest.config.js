import preset from "../../jest.preset.js";

// Sockets on both sides: on a machine that does other things some of these take their time.
export default { ...preset, testTimeout: 30_000 };
