import type { Scheduler } from "@backworks/core";

/** What channels send with. */
export interface ChannelTools {
  readonly fetch: typeof fetch;
  readonly scheduler: Scheduler;
}

/** Posts JSON; rejects unless the answer says that it arrived. */
export async function post(
  {
    url,
    headers,
    body,
  }: { readonly url: string; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown },
  { fetch, scheduler, timeoutMs }: ChannelTools & { readonly timeoutMs: number },
): Promise<void> {
  const controller = new AbortController();
  const late = new Error(`no answer within ${timeoutMs} ms`);
  const cancel = scheduler.after(timeoutMs, () => controller.abort(late));
  // Not an object: in other letters the same name would be there twice.
  const sent = new Headers(headers);
  if (!sent.has("user-agent")) sent.set("user-agent", "backworks-monitoring");
  sent.set("content-type", "application/json");
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: sent,
      body: JSON.stringify(body),
      redirect: "error",
      signal: controller.signal,
    });
    // Nobody reads it, and a body that is not read keeps its connection.
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
  } finally {
    cancel();
  }
}
