import type { RunCheck } from "./check.ts";

/** A GET whose status is a good one. Redirects are not followed. */
export const http: RunCheck<"http"> = async ({ url, status }, { fetch, signal }) => {
  const answer = await fetch(url, { redirect: "manual", signal, headers: { "user-agent": "backworks-monitoring" } });
  // Nobody reads it, and a body that is not read keeps its connection.
  await answer.body?.cancel();
  const good =
    status === undefined ? answer.status >= 200 && answer.status < 400 : [status].flat().includes(answer.status);
  if (!good) throw new Error(`answered ${answer.status}`);
};
