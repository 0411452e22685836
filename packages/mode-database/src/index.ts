import { database } from "./mode.ts";

// The loader of modes asks for it.
// oxlint-disable-next-line import/no-default-export
export default database;
