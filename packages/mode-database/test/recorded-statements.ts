import type { Mode } from "@backworks/core";
import { createDatabase } from "../src/databases.ts";
import type { OpenDatabase } from "../src/databases.ts";
import type { Engine, Session } from "../src/engine.ts";
import { database as databaseMode } from "../src/mode.ts";
import type { DatabaseMode } from "../src/open.ts";

/** The mode, and the texts of all statements that its databases run. */
export interface RecordingMode {
  readonly mode: Mode;
  readonly texts: Set<string>;
}

export function recordStatements(): RecordingMode {
  const texts = new Set<string>();
  const mode: Mode = {
    ...databaseMode,
    async open(context) {
      // What the mode itself opens.
      const opened = (await databaseMode.open(context)) as DatabaseMode;
      const databases = [...opened.databases].map(([name, one]) => [name, recorded(one, texts)] as const);
      return { ...opened, databases: new Map(databases) };
    },
  };
  return { mode, texts };
}

function recorded({ name, engine, options, where }: OpenDatabase, texts: Set<string>): OpenDatabase {
  const session = (own: Session): Session => ({
    run(statement, binds) {
      texts.add(statement.text);
      return own.run(statement, binds);
    },
  });
  const spy: Engine = {
    dialect: engine.dialect,
    run(statement, binds, signal) {
      texts.add(statement.text);
      return engine.run(statement, binds, signal);
    },
    alone: (work) => engine.alone((own) => work(session(own))),
    start: () => engine.start(),
    health: () => engine.health(),
    close: () => engine.close(),
  };
  return createDatabase({ name, engine: spy, options, where });
}
