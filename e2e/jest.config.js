import preset from "../jest.preset.js";

// Real processes: a slow machine needs the time.
export default { ...preset, testTimeout: 60_000 };
