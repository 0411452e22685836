import { createHmac } from "node:crypto";
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { definePlugin, setIdentity } from "@backworks/core";
import { openTestDatabase } from "../../test/open-database.ts";
import type { OwnDatabase } from "../../test/open-database.ts";
import { startDatabase } from "../../test/database-rig.ts";
import type { DatabaseRig } from "../../test/database-rig.ts";
import { postgrestTools } from "../../test/postgrest-tools.ts";
import { describeDatabases, uniqueName } from "../../test/servers.ts";
import type { TestDatabase } from "../../test/servers.ts";

const secret = "a secret of thirty-two characters";

function tokenOf(claims: object): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

interface Rig extends AsyncDisposable {
  readonly own: OwnDatabase;
  readonly rig: DatabaseRig;
}

async function startWith(target: TestDatabase, statements: readonly string[], options: string = ""): Promise<Rig> {
  const own = await openTestDatabase(target);
  for (const statement of statements) await own.query(statement);
  const rig = await startDatabase(
    { ...target, url: own.url },
    `endpoints: { rest: { path: /, database: { dialect: postgrest${options} } } }\n`,
  );
  return {
    own,
    rig,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

describeDatabases(
  "the dialect of PostgREST",
  (target) => {
    it("takes names as they are, whatever they are", async () => {
      const odd = `a "b'c\\d $1 ; --`;
      const quoted = `"${odd.replaceAll('"', '""')}"`;
      await using made = await startWith(target, [
        `CREATE TABLE "Größe & Co" (id int PRIMARY KEY, ${quoted} text, pgrst_rows int, s int, v int, pgrst_value int, "limit" int, "or" int)`,
        `INSERT INTO "Größe & Co" VALUES (1, 'x', 1, 2, 3, 4, 8, 9)`,
        `CREATE TABLE kids (id int PRIMARY KEY, parent int REFERENCES "Größe & Co", v int)`,
        `INSERT INTO kids VALUES (1, 1, 5)`,
      ]);
      const table = `/${encodeURIComponent("Größe & Co")}`;
      const column = encodeURIComponent(`"${odd.replaceAll(/["\\]/g, "\\$&")}"`);

      expect(await made.rig.ask("GET", `${table}?select=id,s,v,pgrst_value&${column}=eq.x`)).toMatchObject({
        status: 200,
        body: [{ id: 1, s: 2, v: 3, pgrst_value: 4 }],
      });
      expect(await made.rig.ask("GET", `${table}?select=${column},kids(v)&order=${column}`)).toMatchObject({
        body: [{ [odd]: "x", kids: [{ v: 5 }] }],
      });
      expect(await made.rig.ask("GET", `${table}?select=${column}:id`)).toMatchObject({ body: [{ [odd]: 1 }] });
      expect(await made.rig.ask("GET", `${table}?%22limit%22=gt.7&%22or%22=eq.9&select=limit,or`)).toMatchObject({
        body: [{ limit: 8, or: 9 }],
      });
      expect(await made.rig.ask("POST", table, { id: 2, [odd]: "y" })).toMatchObject({ status: 201 });
      expect(await made.rig.ask("GET", `${table}?id=eq.2&select=${column}`)).toMatchObject({ body: [{ [odd]: "y" }] });
    });

    it("puts together objects of more members than a function takes", async () => {
      const names = Array.from({ length: 120 }, (_, index) => `c${index}`);
      await using made = await startWith(target, [
        `CREATE TABLE wide (${names.map((name) => `${name} int DEFAULT 1`).join(", ")})`,
        `INSERT INTO wide DEFAULT VALUES`,
      ]);

      const { body } = await made.rig.ask("GET", `/wide?select=${names.map((name) => `x${name}:${name}`).join(",")}`);

      expect(body).toEqual([Object.fromEntries(names.map((name) => [`x${name}`, 1]))]);
      const answer = await made.rig.app.fetch("/wide", {
        method: "POST",
        headers: { prefer: "missing=default,return=representation", "content-type": "application/json" },
        body: JSON.stringify({ c0: 2 }),
      });
      expect(await answer.json()).toMatchObject([{ c0: 2, c119: 1 }]);
    });

    it("says what types are as the server does", async () => {
      await using made = await startWith(target, [
        `CREATE TYPE mood AS ENUM ('sad', 'ok')`,
        `CREATE DOMAIN positive AS int CHECK (VALUE > 0)`,
        `CREATE TABLE kinds (id bigint PRIMARY KEY, n numeric, f float8, t timestamptz, i interval, b bytea, m mood, p positive, ms mood[], g int GENERATED ALWAYS AS (1) STORED)`,
        `INSERT INTO kinds VALUES (9007199254740993, 12345678901234567890.5, 'NaN', '2024-01-01 00:00:00+02', '1 day', '\\x00ff', 'ok', 3, '{sad,ok}')`,
      ]);

      const answer = await made.rig.app.fetch("/kinds");

      expect(await answer.text()).toBe(
        '[{"id":9007199254740993,"n":12345678901234567890.5,"f":"NaN","t":"2023-12-31T22:00:00+00:00","i":"P1D","b":"\\\\x00ff","m":"ok","p":3,"ms":["sad","ok"],"g":1}]',
      );
      expect(await made.rig.ask("GET", "/kinds?m=eq.none")).toMatchObject({ status: 400, body: { code: "22P02" } });
      expect(await made.rig.ask("GET", "/kinds?m=in.(ok,sad)&select=id::text,ms->0")).toMatchObject({
        body: [{ id: "9007199254740993", ms: "sad" }],
      });
      expect(await made.rig.ask("POST", "/kinds", { id: 1, p: -1 })).toMatchObject({
        status: 400,
        body: { code: "23514" },
      });
      expect(await made.rig.ask("POST", "/kinds", { id: 1, g: 2 })).toMatchObject({
        status: 400,
        body: { code: "428C9" },
      });
    });

    it("gives each caller the role and the rows that its token says", async () => {
      const [anybody, member] = [uniqueName("bw_anon"), uniqueName("bw_member")];
      await using made = await startWith(
        target,
        [
          `CREATE ROLE ${anybody}`,
          `CREATE ROLE ${member}`,
          `CREATE TABLE own (id int PRIMARY KEY, owner text DEFAULT current_setting('request.jwt.claims', true)::json->>'sub')`,
          `CREATE TABLE shown (id int)`,
          `GRANT ALL ON own TO ${member}`,
          `GRANT SELECT ON shown TO ${anybody}`,
          `ALTER TABLE own ENABLE ROW LEVEL SECURITY`,
          `CREATE POLICY mine ON own USING (owner = current_setting('request.jwt.claims', true)::json->>'sub')`,
        ],
        `, postgrest: { role: ${anybody}, jwt: { secret: "${secret}" } }`,
      );
      const ask = async (request: string, sub?: string, body?: unknown): Promise<[number, unknown]> => {
        const [method = "", path = ""] = request.split(" ");
        const token = sub === undefined ? {} : { authorization: `Bearer ${tokenOf({ role: member, sub })}` };
        const json = body === undefined ? {} : { body: JSON.stringify(body) };
        const headers = { "content-type": "application/json", ...token };
        const answer = await made.rig.app.fetch(path, { method, headers, ...json });
        const text = await answer.text();
        return [answer.status, text === "" ? undefined : JSON.parse(text)];
      };

      expect(await ask("POST /own", "ann", { id: 1 })).toEqual([201, undefined]);
      expect(await ask("POST /own", "bob", { id: 2 })).toEqual([201, undefined]);
      expect(await ask("GET /own", "ann")).toEqual([200, [{ id: 1, owner: "ann" }]]);
      expect(await ask("GET /own")).toMatchObject([401, { code: "42501" }]);
      expect(await ask("GET /shown")).toEqual([200, []]);
      expect(await ask("GET /shown", "ann")).toMatchObject([403, { code: "42501" }]);
      const broken = await made.rig.app.fetch("/shown", { headers: { authorization: "Bearer a.b.c" } });
      expect(broken.status).toBe(401);
      expect(broken.headers.get("www-authenticate")).toContain('error="invalid_token"');
      expect(await broken.json()).toMatchObject({ code: "PGRST301" });
      await made.own.query(`DROP TABLE own, shown`);
      await made.own.query(`DROP ROLE ${anybody}, ${member}`);
    });

    it("knows who a plugin says asks, and calls what is called before every request", async () => {
      await using own = await openTestDatabase(target);
      await own.query("CREATE SCHEMA extra");
      await own.query("CREATE FUNCTION extra.helper() RETURNS text STABLE LANGUAGE sql AS $$ SELECT 'helped' $$");
      await own.query("CREATE SCHEMA api");
      await own.query(
        "CREATE FUNCTION api.ask() RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN helper(); END $$",
      );
      await own.query(
        "CREATE FUNCTION sub() RETURNS text STABLE LANGUAGE sql AS $$ SELECT current_setting('request.jwt.claims')::json->>'sub' $$",
      );
      await own.query(`CREATE FUNCTION extra.check_it() RETURNS void LANGUAGE plpgsql AS
        $$ BEGIN IF current_setting('request.path') = '/rpc/no' THEN RAISE SQLSTATE 'PT403' USING MESSAGE = 'not that'; END IF; END $$`);
      const known = definePlugin({
        name: "known",
        version: "1.0.0",
        description: "Knows who asks.",
        initialize: () => ({
          beforeRequest: (exchange) => setIdentity(exchange, { roles: [], claims: { sub: "ann", role: "postgres" } }),
        }),
      });
      const postgrest =
        "{ schemas: [api, public], role: postgres, pre_request: extra.check_it, extra_search_path: [extra, public] }";
      await using rig = await startDatabase(
        { ...target, url: own.url },
        `endpoints: { rest: { path: /, database: { dialect: postgrest, postgrest: ${postgrest} } } }\nplugins: { known: {} }\n`,
        { plugins: [known] },
      );

      expect(await rig.ask("GET", "/rpc/ask")).toMatchObject({ status: 200, body: "helped" });
      const answer = await rig.app.fetch("/rpc/sub", { headers: { "accept-profile": "public" } });
      expect(await answer.json()).toBe("ann");
      expect(await rig.ask("GET", "/rpc/no")).toMatchObject({ status: 404 });
      await own.query("CREATE FUNCTION api.no() RETURNS int STABLE LANGUAGE sql AS $$ SELECT 1 $$");
      await rig.app.clock.advance(2000);
      expect(await rig.ask("GET", "/rpc/no")).toMatchObject({
        status: 403,
        body: { code: "PT403", message: "not that" },
      });
    });

    it("asks for a token where nobody is anonymous", async () => {
      await using made = await startWith(target, [], `, postgrest: { jwt: { secret: "${secret}" } }`);

      const answer = await made.rig.app.fetch("/x");

      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(await answer.json()).toMatchObject({ code: "PGRST302" });
    });

    it("asks for no column that nobody asked for", async () => {
      const role = uniqueName("bw_role");
      await using made = await startWith(
        target,
        [
          `CREATE ROLE ${role}`,
          `CREATE TABLE parents (id int PRIMARY KEY, hidden text)`,
          `CREATE TABLE t (id int PRIMARY KEY, open text, hidden text, parent int REFERENCES parents)`,
          `INSERT INTO parents VALUES (7, 'h')`,
          `GRANT INSERT, UPDATE, DELETE ON t TO ${role}`,
          `GRANT SELECT (id, open, parent) ON t TO ${role}`,
          `GRANT SELECT (id) ON parents TO ${role}`,
        ],
        `, postgrest: { role: ${role} }`,
      );
      const send = async (method: string, path: string, body: unknown): Promise<[number, unknown]> => {
        const headers = { "content-type": "application/json", prefer: "return=representation" };
        const answer = await made.rig.app.fetch(path, { method, headers, body: JSON.stringify(body) });
        return [answer.status, await answer.json()];
      };

      expect(await send("POST", "/t?select=id,parents(id)", { id: 1, open: "a", hidden: "b", parent: 7 })).toEqual([
        201,
        [{ id: 1, parents: { id: 7 } }],
      ]);
      expect(await send("PATCH", "/t?id=eq.1&select=open", { open: "c" })).toEqual([200, [{ open: "c" }]]);
      expect(await send("PATCH", "/t?id=eq.1", { open: "c" })).toMatchObject([401, { code: "42501" }]);
      expect(await made.rig.ask("GET", "/t?select=open&order=id")).toMatchObject({
        status: 200,
        body: [{ open: "c" }],
      });
      await made.own.query(`DROP TABLE t, parents`);
      await made.own.query(`DROP ROLE ${role}`);
    });

    it("leaves room for what is not a table's", async () => {
      await using made = await startWith(target, []);

      expect(await made.rig.ask("GET", "/health")).toMatchObject({ status: 200, body: { status: "healthy" } });
    });

    it("leaves no role, setting or transaction behind", async () => {
      const role = uniqueName("bw_role");
      await using made = await startWith(
        target,
        [`CREATE ROLE ${role}`, `CREATE TABLE t (id int PRIMARY KEY)`, `GRANT ALL ON t TO ${role}`],
        `, postgrest: { role: ${role} }`,
      );
      await made.rig.ask("POST", "/t", { id: 1 });
      await made.rig.ask("POST", "/t", { id: 1 });
      await made.rig.ask("GET", "/nowhere");

      const found = await Promise.all(
        Array.from({ length: 20 }, () => made.rig.run("SELECT current_user AS u, current_setting('role') AS r")),
      );
      const { rows } = await made.own.query(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
      );

      expect(new Set(found.map((one) => JSON.stringify(one.rows)))).toEqual(new Set(['[{"u":"postgres","r":"none"}]']));
      expect(rows).toEqual([]);
      await made.own.query(`DROP TABLE t`);
      await made.own.query(`DROP ROLE ${role}`);
    });

    it("never has a byte of a request in a statement, and few statements", async () => {
      await using tools = await postgrestTools(target);
      const mark = "zqx";

      await fc.assert(
        fc.asyncProperty(tools.request(mark), async ({ method, path, headers, body }) => {
          await tools.send({ method, path, headers, body });
        }),
        { numRuns: 150 },
      );

      expect(tools.texts.filter((text) => text.includes(mark))).toEqual([]);
      expect(tools.texts.length).toBeGreaterThan(20);
    });
  },
  ["postgresql"],
);
