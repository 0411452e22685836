import { expect, it } from "@jest/globals";
import { startApp } from "@backworks/core/testing";
import { database as databaseMode } from "../mode.ts";
import { startPostgrest } from "../../test/postgrest-rig.ts";
import { openTestDatabase } from "../../test/open-database.ts";
import { startDatabase } from "../../test/database-rig.ts";
import { describeDatabases, uniqueName } from "../../test/servers.ts";

describeDatabases(
  "postgrest:",
  (target) => {
    it("shows what expose says, and nothing else", async () => {
      await using rig = await startPostgrest(target, "expose: { tables: [clients], functions: [greet] }");

      expect((await rig.send("GET /clients")).status).toBe(200);
      expect(await rig.send("GET /projects")).toMatchObject({ status: 404, body: { code: "PGRST205" } });
      expect((await rig.send("GET /rpc/greet")).status).toBe(200);
      expect(await rig.send("GET /rpc/add?a=1")).toMatchObject({ status: 404, body: { code: "PGRST202" } });
    });

    it("hides relations to what expose leaves out", async () => {
      await using rig = await startPostgrest(target, "expose: { tables: [clients] }");

      expect(await rig.send("GET /clients?select=id,projects(id)")).toMatchObject({
        status: 400,
        body: { code: "PGRST200" },
      });
    });

    it("joins by no table that expose or schemas leaves out", async () => {
      const query = "GET /users?select=id,tasks(id)&order=id&tasks.order=id";
      await using rig = await startPostgrest(target, "expose: { tables: [users, tasks] }");
      await using open = await startPostgrest(target, "expose: { tables: [users, tasks, assignments] }");

      expect(await rig.send(query)).toMatchObject({ status: 400, body: { code: "PGRST200" } });
      expect((await open.send(query)).body).toMatchObject([{ id: 1, tasks: [{ id: 1 }, { id: 2 }] }, {}, {}]);
      await using apart = await startPostgrest(target);
      await apart.run("ALTER TABLE assignments SET SCHEMA hidden");
      expect(await apart.send(query)).toMatchObject({ status: 400, body: { code: "PGRST200" } });
    });

    it("joins by those rows alone that the role may see of the table between", async () => {
      const role = uniqueName("bw_role");
      await using own = await openTestDatabase(target);
      for (const statement of [
        "CREATE TABLE a (id int PRIMARY KEY)",
        "CREATE TABLE b (id int PRIMARY KEY)",
        "CREATE TABLE ab (a int REFERENCES a, b int REFERENCES b, shown boolean, PRIMARY KEY (a, b))",
        "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1), (2); INSERT INTO ab VALUES (1, 1, true), (1, 2, false)",
        "ALTER TABLE ab ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY shown ON ab USING (shown)",
        `CREATE ROLE ${role}`,
        `GRANT SELECT ON a, b, ab TO ${role}`,
      ])
        for (const one of statement.split("; ")) await own.query(one);
      await using rig = await startDatabase(
        { ...target, url: own.url },
        `endpoints: { rest: { path: /, database: { dialect: postgrest, postgrest: { role: ${role} } } } }\n`,
      );

      expect(await rig.ask("GET", "/a?select=id,b(id)")).toMatchObject({ body: [{ id: 1, b: [{ id: 1 }] }] });
      expect(await rig.ask("GET", "/b?select=id,a!inner(id)")).toMatchObject({ body: [{ id: 1, a: [{ id: 1 }] }] });
      await own.query(`DROP OWNED BY ${role}`);
      await own.query(`DROP ROLE ${role}`);
    });

    it("limits rows, embedded ones too, and counts no further than that exactly", async () => {
      await using rig = await startPostgrest(target, "max_rows: 1");

      expect((await rig.send("GET /projects?select=id&order=id")).body).toEqual([{ id: 1 }]);
      expect((await rig.send("GET /clients?select=id,projects(id)&projects.order=id&order=id")).body).toEqual([
        { id: 1, projects: [{ id: 1 }] },
      ]);
      const estimated = await rig.send("GET /projects?select=id", { headers: { prefer: "count=estimated" } });
      expect(estimated.headers.get("content-range")).toMatch(/^0-0\/\d+$/);
    });

    it("limits nothing of what is written", async () => {
      await using rig = await startPostgrest(target, "max_rows: 1");
      const headers = { prefer: "return=representation, tx=rollback" };

      const changed = await rig.send("PATCH /clients?select=id,projects(id)&id=eq.1", { headers, body: { name: "a" } });
      expect(changed).toMatchObject({ status: 200, body: [{ id: 1, projects: [{ id: 1 }, { id: 2 }] }] });
      const made = await rig.send("POST /logs?select=line", { headers, body: [{ line: "a" }, { line: "b" }] });
      expect(made).toMatchObject({ status: 201, body: [{ line: "a" }, { line: "b" }] });
      expect(await rig.send("DELETE /logs", { headers })).toMatchObject({ status: 200 });
    });

    it("refuses aggregates and plans unless they are allowed", async () => {
      await using rig = await startPostgrest(target);

      expect(await rig.send("GET /projects?select=count()")).toMatchObject({ status: 400, body: { code: "PGRST123" } });
      expect(await rig.send("GET /projects", { headers: { accept: "application/vnd.pgrst.plan+json" } })).toMatchObject(
        { status: 406, body: { code: "PGRST107" } },
      );
    });

    it.each([
      ["commit", { none: true, commit: true, rollback: true }],
      ["commit-allow-override", { none: true, commit: true, rollback: false }],
      ["rollback", { none: false, commit: false, rollback: false }],
      ["rollback-allow-override", { none: false, commit: true, rollback: false }],
    ])("ends transactions by %s", async (end, stays) => {
      await using rig = await startPostgrest(target, `tx_end: ${end}`);

      for (const [line, kept] of Object.entries(stays)) {
        const prefer = line === "none" ? {} : { prefer: `tx=${line}` };
        const answer = await rig.send("POST /logs", { headers: prefer, body: { line } });
        const found = await rig.send(`GET /logs?select=line&line=eq.${line}`, { headers: prefer });

        expect([end, line, found.body]).toEqual([end, line, kept ? [{ line }] : []]);
        for (const { headers } of [answer, found])
          expect(headers.get("preference-applied")).toBe(
            end.endsWith("override") && line !== "none" ? `tx=${line}` : null,
          );
      }
    });

    it("refuses what a commit would have refused, also where nothing stays", async () => {
      await using rig = await startPostgrest(target);
      await rig.run("ALTER TABLE tasks ADD CONSTRAINT once UNIQUE (title) DEFERRABLE INITIALLY DEFERRED");

      const twice = [
        { id: 11, title: "same" },
        { id: 12, title: "same" },
      ];

      expect(await rig.send("POST /tasks", { headers: { prefer: "tx=rollback" }, body: twice })).toMatchObject({
        status: 409,
        body: { code: "23505" },
      });
    });

    it("tells how long each part of an answer took, where it shall", async () => {
      await using rig = await startPostgrest(target, "server_timing: true");
      const parts = async (request: string, body?: unknown): Promise<string> => {
        const { headers } = await rig.send(request, { body });
        return (headers.get("server-timing") ?? "").replaceAll(/;dur=\d+\.\d(?=,|$)/g, "");
      };

      expect(await parts("GET /projects")).toBe("jwt, parse, plan, transaction, response");
      expect(await parts("POST /logs", { line: "x" })).toBe("jwt, parse, plan, transaction, response");
      expect(await parts("POST /rpc/add", { a: 1 })).toBe("jwt, parse, plan, transaction, response");
      expect(await parts("GET /")).toBe("jwt, parse, plan, transaction, response");
      expect(await parts("OPTIONS /projects")).toBe("jwt, parse, response");
      expect(await parts("GET /projects?id=eq.x")).toBe("jwt, parse, plan, transaction");
    });

    it("answers above the tables by the function of root", async () => {
      await using rig = await startPostgrest(target, "root: start");
      await rig.run(`CREATE DOMAIN "application/openapi+json" AS json`);
      await rig.run(
        `CREATE FUNCTION start() RETURNS "application/openapi+json" STABLE LANGUAGE sql AS $$ SELECT '{"swagger":"2.0"}'::json $$`,
      );

      const answer = await rig.send("GET /", { headers: { accept: "application/openapi+json" } });

      expect(answer).toMatchObject({ status: 200, text: '{"swagger":"2.0"}' });
      expect(answer.headers.get("content-type")).toBe("application/openapi+json; charset=utf-8");
    });

    it("takes the role of role, and tells the database of the request", async () => {
      const role = uniqueName("bw_role");
      await using own = await openTestDatabase(target);
      await own.query(`CREATE ROLE ${role}`);
      await own.query("CREATE TABLE shown (id int)");
      await own.query("CREATE TABLE secret (id int)");
      await own.query(`GRANT SELECT ON shown TO ${role}`);
      await own.query(
        "CREATE FUNCTION who() RETURNS json STABLE LANGUAGE sql AS $$ SELECT json_build_array(current_user, current_setting('request.method')) $$",
      );
      await using rig = await startDatabase(
        { ...target, url: own.url },
        `endpoints: { rest: { path: /, database: { dialect: postgrest, postgrest: { role: ${role} } } } }\n`,
      );

      expect(await rig.ask("GET", "/shown")).toMatchObject({ status: 200, body: [] });
      expect(await rig.ask("GET", "/secret")).toMatchObject({
        status: 401,
        body: { code: "42501", message: "permission denied for table secret" },
      });
      expect(await rig.ask("POST", "/shown", { id: 1 })).toMatchObject({ status: 401 });
      expect(await rig.ask("GET", "/rpc/who")).toMatchObject({ body: [role, "GET"] });
      await own.query(`REVOKE ALL ON shown FROM ${role}`);
      await own.query(`DROP ROLE ${role}`);
    });

    it("answers for one table at the endpoint's own path", async () => {
      await using own = await openTestDatabase(target);
      await own.query("CREATE TABLE things (id int PRIMARY KEY)");
      await own.query("INSERT INTO things VALUES (1)");
      await using rig = await startDatabase(
        { ...target, url: own.url },
        "endpoints: { things: { path: /my-things, methods: [GET], database: { dialect: postgrest, table: things } } }\n",
      );

      expect(await rig.ask("GET", "/my-things?id=eq.1")).toMatchObject({ status: 200, body: [{ id: 1 }] });
      expect(await rig.ask("POST", "/my-things", { id: 2 })).toMatchObject({ status: 405 });
    });

    it("is at a path with an asterisk too", async () => {
      await using own = await openTestDatabase(target);
      await own.query("CREATE TABLE things (id int PRIMARY KEY)");
      await using rig = await startDatabase(
        { ...target, url: own.url },
        "endpoints: { rest: { path: /rest/*, database: { dialect: postgrest } } }\n",
      );

      expect(await rig.ask("GET", "/rest/things")).toMatchObject({ status: 200, body: [] });
      expect(await rig.ask("GET", "/rest/a/b")).toMatchObject({ status: 404, body: { code: "PGRST125" } });
      expect(await rig.ask("GET", "/rest")).toMatchObject({ status: 200, body: { swagger: "2.0", basePath: "/rest" } });
    });

    it("answers so for auto_crud of a database that has the dialect, by its settings", async () => {
      await using own = await openTestDatabase(target);
      await own.query("CREATE TABLE things (id int PRIMARY KEY)");
      await own.query("INSERT INTO things VALUES (1), (2)");
      await using rig = await startDatabase(
        { ...target, url: own.url },
        "endpoints: { things: { path: /things, database: { auto_crud: true, table: things } } }\n",
        { settings: "dialect: postgrest, postgrest: { max_rows: 1 }" },
      );

      expect(await rig.ask("GET", "/things")).toMatchObject({ status: 200, body: [{ id: 1 }] });
      expect(await rig.ask("POST", "/things", { id: 3 })).toMatchObject({ status: 201, body: undefined });
      expect(await rig.ask("GET", "/things?nope=eq.1")).toMatchObject({ status: 400, body: { code: "42703" } });
    });

    it("refuses what the dialect of a database does not know, and a key that is none", async () => {
      const settings = "dialect: postgrest";
      const start = (database: string, more: string = settings): Promise<unknown> =>
        startDatabase(target, `endpoints: { a: { path: /a, database: ${database} } }\n`, { settings: more });
      const refused = { errors: [expect.objectContaining({ code: "BW_CONFIG_WRONG_VALUE" })] };

      await expect(start("{ auto_crud: true, table: t, page: { max: 5 } }")).rejects.toMatchObject(refused);
      await expect(start("{ dialect: postgrest, auto_crud: true, table: t }", "")).rejects.toMatchObject(refused);
      await expect(start("{ dialect: postgrest, postgrest: { jwt: { public_key: none } } }", "")).rejects.toMatchObject(
        refused,
      );
      await expect(
        start('{ dialect: postgrest, postgrest: { jwt: { secret: "too short" } } }', ""),
      ).rejects.toMatchObject(refused);
    });

    it("notices in half a minute what nobody misses", async () => {
      await using rig = await startPostgrest(target);
      const ask = (): Promise<{ readonly status: number }> => rig.send("GET /rpc/add?a=1&b=2");
      await ask();
      await rig.run("CREATE FUNCTION add(a text, b text) RETURNS text STABLE LANGUAGE sql AS $$ SELECT a || b $$");
      expect((await ask()).status).toBe(200);
      await rig.app.clock.advance(31_000);

      const statuses = [];
      while (statuses.at(-1) !== 300 && statuses.length < 200) statuses.push((await ask()).status);

      expect(statuses.at(-1)).toBe(300);
    });

    it("hears what PostgREST hears", async () => {
      await using rig = await startPostgrest(target);
      const ask = (): Promise<{ readonly status: number }> => rig.send("GET /rpc/add?a=1&b=2");
      await ask();
      await rig.run("CREATE FUNCTION add(a text, b text) RETURNS text STABLE LANGUAGE sql AS $$ SELECT a || b $$");

      const statuses = [];
      while (statuses.at(-1) !== 300 && statuses.length < 200) {
        await rig.run("NOTIFY pgrst, 'reload schema'");
        statuses.push((await ask()).status);
      }

      expect(statuses.at(-1)).toBe(300);
    });

    it("finds a table that was made a moment ago", async () => {
      await using rig = await startPostgrest(target);
      await rig.send("GET /clients");

      await rig.run("CREATE TABLE added (id int)");
      await rig.run("ALTER TABLE clients ADD COLUMN more int");
      await rig.app.clock.advance(2000);

      expect((await rig.send("GET /added")).status).toBe(200);
      expect((await rig.send("GET /clients?select=more&limit=1")).body).toEqual([{ more: null }]);
      await rig.run("ALTER TABLE clients DROP COLUMN more");
      await rig.app.clock.advance(2000);
      expect(await rig.send("GET /clients?select=more")).toMatchObject({ status: 400, body: { code: "42703" } });
    });
  },
  ["postgresql"],
);

describeDatabases(
  "dialect: postgrest",
  (target) => {
    it.each([
      ["{ dialect: postgrest }", "BW_CONFIG_WRONG_VALUE"],
      ["{ dialect: postgrest, query: SELECT 1 }", "BW_CONFIG_WRONG_VALUE"],
      ["{ postgrest: {}, query: SELECT 1 }", "BW_CONFIG_WRONG_VALUE"],
      ["{ dialect: other }", "BW_CONFIG_WRONG_VALUE"],
      ["{ dialect: postgrest, postgrest: { schemas: [] } }", "BW_CONFIG_WRONG_VALUE"],
      ["{ dialect: postgrest, postgrest: { schema: [a] } }", "BW_CONFIG_UNKNOWN_KEY"],
    ])(
      "refuses %s of a database that has no such dialect, or beside what it does not go with",
      async (options, code) => {
        const yaml = `name: test\ndatabases: { main: { type: sqlite, file_path: "${target.url ?? ":memory:"}" } }\nendpoints: { a: { path: /a, database: ${options} } }\n`;

        await expect(startApp({ modes: [databaseMode], yaml })).rejects.toMatchObject({
          errors: [expect.objectContaining({ code })],
        });
      },
    );
  },
  ["sqlite"],
);
