import type { Engine, Row, Statement } from "../../engine.ts";
import { onceStatement } from "../../statement.ts";
import { assembleCatalog } from "./assemble.ts";
import type { Catalog } from "./catalog.ts";
import { catalogQueries } from "./queries.ts";

/** A text that is another whenever something changed of what the catalog knows. */
export async function readMark(engine: Engine): Promise<string> {
  const { rows } = await engine.run(catalogQueries.mark, []);
  return String(rows[0]?.["mark"]);
}

const begin = onceStatement("BEGIN READ ONLY");
const end = onceStatement("ROLLBACK");
/** Names come with their schemas where nothing is found without: requests look for names elsewhere than the connection. */
const nowhere = onceStatement("SET LOCAL search_path TO ''");

/** Reads what is known of a database, from where it is written. */
export function readCatalog(engine: Engine): Promise<Catalog> {
  return engine.alone(async (session) => {
    const rowsOf = async (query: Statement): Promise<readonly Row[]> => (await session.run(query, [])).rows;
    await session.run(begin, []);
    try {
      const types = await rowsOf(catalogQueries.types);
      await session.run(nowhere, []);
      return assembleCatalog({
        columns: await rowsOf(catalogQueries.columns),
        keys: await rowsOf(catalogQueries.keys),
        views: await rowsOf(catalogQueries.views),
        routines: await rowsOf(catalogQueries.routines),
        handlers: await rowsOf(catalogQueries.handlers),
        types,
      });
    } finally {
      await session.run(end, []).catch(() => {});
    }
  });
}
