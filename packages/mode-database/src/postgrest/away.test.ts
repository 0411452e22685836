import { expect, it } from "@jest/globals";
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
        body: { code: "PGRST001", message: "Database client error. Retrying the connection.", details: null },
      });
      expect(answer.headers.get("retry-after")).toBe("1");
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
