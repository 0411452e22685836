import { expect, it } from "@jest/globals";
import { systemClock, systemScheduler } from "@backworks/core/testing";
import { startDatabase } from "../../test/database-rig.ts";
import { openTestDatabase } from "../../test/open-database.ts";
import { describeDatabases } from "../../test/servers.ts";

const endpoints = "endpoints: { rest: { path: /, database: { dialect: postgrest, postgrest: { role: postgres } } } }\n";

describeDatabases(
  "the dialect of PostgREST, when the database is away",
  (target) => {
    it("answers 503 and when to come again", async () => {
      await using rig = await startDatabase({ ...target, url: "postgresql://postgres@127.0.0.1:1/none" }, endpoints);

      const answer = await rig.ask("GET", "/anything");

      expect(answer).toMatchObject({
        status: 503,
        body: {
          code: "PGRST002",
          message: "Could not query the database for the schema cache. Retrying.",
          details: null,
        },
      });
      expect(answer.headers.get("retry-after")).toBe("1");
    });

    it("answers 504 where others have all connections for too long", async () => {
      await using own = await openTestDatabase(target);
      await own.query("CREATE FUNCTION slow() RETURNS void VOLATILE LANGUAGE sql AS $$ SELECT pg_sleep(3) $$");
      await using rig = await startDatabase({ ...target, url: own.url }, endpoints, {
        settings: "pool: { max_connections: 1, connection_timeout: 1s }",
        clock: systemClock,
        scheduler: systemScheduler,
      });
      await rig.ask("OPTIONS", "/rpc/slow");

      const slow = rig.ask("POST", "/rpc/slow", {});
      const other = await rig.ask("POST", "/rpc/slow", {});

      expect(other).toMatchObject({
        status: 504,
        body: { code: "PGRST003", message: "Timed out acquiring connection from connection pool." },
      });
      expect((await slow).status).toBe(204);
    });

    it("ends what takes too long, and what it began is undone", async () => {
      await using own = await openTestDatabase(target);
      await own.query("CREATE TABLE t (id int)");
      await own.query(
        "CREATE FUNCTION slow() RETURNS void VOLATILE LANGUAGE sql AS $$ INSERT INTO t VALUES (1); SELECT pg_sleep(20) $$",
      );
      await using rig = await startDatabase({ ...target, url: own.url }, endpoints, {
        settings: "statement_timeout: 300ms",
      });

      expect(await rig.ask("POST", "/rpc/slow", {})).toMatchObject({ status: 500, body: { code: "57014" } });
      expect(await rig.ask("GET", "/t")).toMatchObject({ status: 200, body: [] });
    });

    it("goes on after its connections were ended, in the midst of a transaction too", async () => {
      await using own = await openTestDatabase(target);
      await own.query("CREATE TABLE t (id int)");
      await own.query(
        "CREATE FUNCTION suicide() RETURNS void VOLATILE LANGUAGE sql AS $$ INSERT INTO t VALUES (1); SELECT pg_terminate_backend(pg_backend_pid()) $$",
      );
      await using rig = await startDatabase({ ...target, url: own.url }, endpoints);

      const ended = await rig.ask("POST", "/rpc/suicide", {});

      expect([500, 503]).toContain(ended.status);
      expect(await rig.ask("GET", "/t")).toMatchObject({ status: 200, body: [] });
    });
  },
  ["postgresql"],
);
