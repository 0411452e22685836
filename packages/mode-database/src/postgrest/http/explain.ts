import type { ResponseInit } from "@backworks/core";
import { onceStatement } from "../../statement.ts";
import { toResponse } from "./answer.ts";
import type { PlanOptions } from "./media.ts";
import type { Rest, RestRequest } from "./rest.ts";

export interface Explained {
  readonly text: string;
  readonly binds: readonly unknown[];
}

/** How many rows the planner expects. */
export async function explainRows({ database }: Rest, { text, binds }: Explained): Promise<number> {
  const statement = onceStatement(`EXPLAIN (FORMAT JSON) ${text}`, true);
  const { rows } = await database.engine.run(statement, binds);
  // Source: PostgreSQL 15 documentation, EXPLAIN: a list with one object.
  const [plan] = (rows[0]?.["QUERY PLAN"] ?? []) as readonly PlanFound[];
  return plan?.Plan["Plan Rows"] ?? 0;
}

interface PlanFound {
  readonly Plan: { readonly "Plan Rows": number };
}

/** `Accept: application/vnd.pgrst.plan`: how the database would answer, in place of the answer. What would be changed stays as it is. */
export async function explain(
  rest: Rest,
  request: RestRequest,
  { text, binds, plan }: Explained & { readonly plan: PlanOptions },
): Promise<ResponseInit> {
  const options = [...plan.options.map((option) => option.toUpperCase()), `FORMAT ${plan.format.toUpperCase()}`];
  const statement = onceStatement(`EXPLAIN (${options.join(", ")}) ${text}`);
  request.timing?.end("plan");
  const rows = await rest.database.engine.alone(async (session) => {
    await session.run(onceStatement("BEGIN"), []);
    try {
      return (await session.run(statement, binds)).rows;
    } finally {
      await session.run(onceStatement("ROLLBACK"), []).catch(() => {});
    }
  });
  request.timing?.end("transaction");
  const lines = rows.map((row) => row["QUERY PLAN"]);
  const body = plan.format === "json" ? JSON.stringify(lines[0]) : lines.join("\n");
  return toResponse(rest, request, { status: 200, body, followed: [], row: {} });
}
