import type { Mode } from "../mode.ts";
import { mockMode } from "./mock/mock.ts";

/** The modes core brings. */
export const modes: readonly Mode[] = [mockMode];
