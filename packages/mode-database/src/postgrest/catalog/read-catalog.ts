import type { Engine } from "../../engine.ts";
import { assembleCatalog } from "./assemble.ts";
import type { Catalog } from "./catalog.ts";
import { catalogQueries } from "./queries.ts";

/** A text that is another whenever something changed of what the catalog knows. */
export async function readMark(engine: Engine): Promise<string> {
  const { rows } = await engine.run(catalogQueries.mark, []);
  return String(rows[0]?.["mark"]);
}

/** Reads what is known of a database, from where it is written. */
export function readCatalog(engine: Engine): Promise<Catalog> {
  return engine.alone(async (session) => {
    const [columns, keys, views, routines, types] = await Promise.all(
      [
        catalogQueries.columns,
        catalogQueries.keys,
        catalogQueries.views,
        catalogQueries.routines,
        catalogQueries.types,
      ].map((query) => session.run(query, [])),
    );
    const rowsOf = (result: typeof columns): NonNullable<typeof columns>["rows"] => result?.rows ?? [];
    return assembleCatalog({
      columns: rowsOf(columns),
      keys: rowsOf(keys),
      views: rowsOf(views),
      routines: rowsOf(routines),
      types: rowsOf(types),
    });
  });
}
