import { formatErrors } from "../config/frame.ts";
import { isBackworksError } from "../errors.ts";

/** Why the last reload failed; what served before it serves on. */
export interface LastError {
  /** `BW_CONFIG_INVALID` and the like; `BW_INTERNAL` for what nobody expected. */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  /** Every mistake with its place and the lines around it, for people; without colours. */
  readonly text: string;
  /** Clock milliseconds. */
  readonly at: number;
}

export function toLastError(error: unknown, at: number): LastError {
  if (isBackworksError(error)) {
    return { code: error.code, message: error.message, text: formatErrors(error, { color: false }), at };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "BW_INTERNAL", message, text: message, at };
}
