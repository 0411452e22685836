import type { Mode } from "../mode.ts";
import { autoEvolveMode, hybridMode } from "./hybrid/hybrid.ts";
import { mockMode } from "./mock/mock.ts";
import { runtimeMode } from "./runtime/runtime.ts";

/** The modes core brings. */
export const modes: readonly Mode[] = [mockMode, runtimeMode, hybridMode, autoEvolveMode];
