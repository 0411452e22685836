import { BackworksError } from "../errors.ts";

/** A query that cannot be answered, with what is wrong with one of its parameters. */
export function invalid(parameter: string, problem: string): BackworksError {
  return new BackworksError("BW_QUERY_INVALID", { parameter, problem });
}
