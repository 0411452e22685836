import type { Mode } from "../mode.ts";
import { autoEvolveMode, hybridMode } from "./hybrid/hybrid.ts";
import { mockMode } from "./mock/mock.ts";

/** The modes core brings. */
export const modes: readonly Mode[] = [mockMode, hybridMode, autoEvolveMode];
