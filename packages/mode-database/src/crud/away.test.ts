import { startApp } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import { systemClock, systemScheduler } from "@backworks/core/testing";
import { postgresqlTools, startPostgresql } from "../../test/own-postgresql.ts";
import { database as databaseMode } from "../mode.ts";

const endpoints = `endpoints:
  notes: { path: /notes, database: { table: notes, auto_crud: true } }
`;

describe("auto_crud while its database is away", () => {
  it("answers 503 with retry-after to reads and writes", async () => {
    const yaml = `name: test\ndatabase: { type: postgresql, connection_string: "postgresql://nobody@127.0.0.1:1/none" }\n${endpoints}`;
    await using app = await startApp({ modes: [databaseMode], yaml });

    const body = JSON.stringify({ name: "a" });
    const headers = { "content-type": "application/json" };
    const answers = await Promise.all([
      app.fetch("/notes"),
      app.fetch("/notes/1"),
      app.fetch("/notes", { method: "POST", body, headers }),
      app.fetch("/notes/1", { method: "DELETE" }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(answers.map((answer) => answer.headers.get("retry-after"))).toEqual(["1", "1", "1", "1"]);
    expect(await answers[0]?.json()).toMatchObject({ code: "BW_DATABASE_UNAVAILABLE" });
  });

  const run = postgresqlTools === undefined ? it.skip : it;

  run(
    "goes on when it is back, without a start",
    async () => {
      using server = await startPostgresql(postgresqlTools ?? "");
      server.stop();
      const yaml = `name: test\ndatabase: { type: postgresql, connection_string: "${server.url}" }\n${endpoints}`;
      await using app = await startApp({ modes: [databaseMode], clock: systemClock, scheduler: systemScheduler, yaml });
      expect((await app.fetch("/notes")).status).toBe(503);

      server.start();
      const codes = new Set<unknown>(["BW_DATABASE_UNAVAILABLE"]);
      for (const end = performance.now() + 10_000; performance.now() < end && !codes.has("BW_DATABASE_TABLE");) {
        const { code } = (await (await app.fetch("/notes")).json()) as { readonly code: unknown };
        codes.add(code);
      }

      // It has no such table, which nobody could know before.
      expect([...codes]).toEqual(["BW_DATABASE_UNAVAILABLE", "BW_DATABASE_TABLE"]);
    },
    30_000,
  );
});
