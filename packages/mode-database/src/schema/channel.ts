import type { Session } from "../engine.ts";
import type { DatabaseOptions } from "../options/databases.ts";
import { toStatement } from "../statement.ts";

/** The channel on which a database tells that its structure has changed; `undefined` where there is none. */
export function channelOf({ type, schema_channel = "backworks" }: DatabaseOptions): string | undefined {
  return type !== "postgresql" || schema_channel === false ? undefined : schema_channel;
}

const tell = toStatement("SELECT pg_notify($1, 'reload schema')", true);

/** Tells whoever listens that the structure has changed, when the transaction ends well. */
export async function tellChange(session: Session, options: DatabaseOptions): Promise<void> {
  const channel = channelOf(options);
  if (channel !== undefined) await session.run(tell, [channel]);
}
