import type { StoredAnswer } from "../stored.ts";
import type { Look } from "./look.ts";

/** A request with what is stored for it. */
export interface Found {
  readonly look: Look;
  /** On which its URL's answers depend. */
  readonly names: readonly string[];
  readonly answer: StoredAnswer | undefined;
}
