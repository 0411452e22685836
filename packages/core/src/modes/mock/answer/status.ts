import { BackworksError } from "../../../errors.ts";
import type { Path } from "../mistakes.ts";
import type { MockScope } from "../scope.ts";
import type { ReplyContext } from "./reply.ts";

/** A status, fixed or templated. */
export interface ReplyStatus {
  readonly usesBody: boolean;
  readonly constant: number | undefined;
  /** @throws BW_MOCK_STATUS_INVALID */
  make(scope: MockScope): number;
}

export function compileStatus(status: number | string, path: Path, context: ReplyContext): ReplyStatus {
  if (typeof status === "number") return { usesBody: false, constant: status, make: () => status };
  const template = context.mistakes.attempt(() => context.compileTemplate(status, path));
  return {
    usesBody: template?.usesBody ?? false,
    constant: undefined,
    make: (scope) => checked(template?.evaluate(scope), status),
  };
}

function checked(value: unknown, expression: string): number {
  const status = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new BackworksError("BW_MOCK_STATUS_INVALID", { expression, value: JSON.stringify(value) ?? "nothing" });
}
