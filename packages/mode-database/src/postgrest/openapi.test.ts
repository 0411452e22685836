import { createHmac } from "node:crypto";
import { expect, it } from "@jest/globals";
import { startOwn } from "../../test/postgrest-own.ts";
import { describeDatabases, uniqueName } from "../../test/servers.ts";

const schema = [
  `COMMENT ON SCHEMA public IS E'The shop\\n\\nAll of it'`,
  `CREATE TYPE mood AS ENUM ('sad', 'ok')`,
  `CREATE TABLE makers (id int PRIMARY KEY, name varchar(40) NOT NULL DEFAULT 'no''body')`,
  `COMMENT ON TABLE makers IS E'Who makes\\nthings'`,
  `COMMENT ON COLUMN makers.name IS 'In full'`,
  `CREATE TABLE things (id int PRIMARY KEY, maker int REFERENCES makers, m mood, tags text[], data jsonb, price numeric DEFAULT 1.5,
     at timestamptz DEFAULT now())`,
  `CREATE VIEW counted AS SELECT count(*) AS n FROM things`,
  `CREATE FUNCTION find(word text, VARIADIC ids int[] DEFAULT '{}') RETURNS SETOF things STABLE LANGUAGE sql AS $$ SELECT * FROM things $$`,
  `COMMENT ON FUNCTION find IS 'Finds things'`,
  `CREATE FUNCTION pay(amount numeric, OUT paid boolean) VOLATILE LANGUAGE sql AS $$ SELECT true $$`,
];

describeDatabases(
  "the path above all tables",
  (target) => {
    it("describes tables and functions as PostgREST does", async () => {
      await using rest = await startOwn(target, schema, "openapi_security: true");

      const answer = await rest.send("GET /", { headers: { accept: "application/openapi+json" } });

      expect(answer.headers.get("content-type")).toBe("application/openapi+json; charset=utf-8");
      expect(answer.body).toMatchObject({
        swagger: "2.0",
        info: { title: "The shop", description: "All of it" },
        basePath: "/rest",
        security: [{ JWT: [] }],
        securityDefinitions: { JWT: { type: "apiKey", name: "Authorization", in: "header" } },
        definitions: {
          makers: {
            type: "object",
            description: "Who makes\nthings",
            required: ["id", "name"],
            properties: {
              id: { type: "integer", format: "integer", description: "Note:\nThis is a Primary Key.<pk/>" },
              name: {
                type: "string",
                format: "character varying",
                maxLength: 40,
                default: "no'body",
                description: "In full",
              },
            },
          },
          things: {
            properties: {
              maker: {
                description: "Note:\nThis is a Foreign Key to `makers.id`.<fk table='makers' column='id'/>",
              },
              m: { type: "string", format: "public.mood", enum: ["sad", "ok"] },
              tags: { type: "array", items: { type: "string" }, format: "text[]" },
              price: { type: "number", default: 1.5 },
              data: { format: "jsonb" },
            },
          },
        },
        paths: {
          "/": { get: { tags: ["Introspection"] } },
          "/makers": {
            get: { summary: "Who makes", description: "things", tags: ["makers"] },
            patch: { responses: { 204: { description: "No Content" } } },
          },
          "/rpc/find": {
            get: {
              summary: "Finds things",
              parameters: [
                { name: "word", in: "query", required: true, type: "string", format: "text" },
                {
                  name: "ids",
                  required: false,
                  type: "array",
                  collectionFormat: "multi",
                  items: { type: "integer", format: "integer" },
                },
              ],
            },
          },
          "/rpc/pay": {
            post: {
              parameters: [
                {
                  name: "args",
                  in: "body",
                  schema: { properties: { amount: { type: "number", format: "numeric" } }, required: ["amount"] },
                },
                { $ref: "#/parameters/preferParams" },
              ],
            },
          },
        },
        parameters: {
          "body.makers": { name: "makers", in: "body", schema: { $ref: "#/definitions/makers" } },
          "rowFilter.makers.name": { name: "name", in: "query", description: "In full" },
          rangeUnit: { default: "items" },
        },
      });
      const { paths, definitions } = answer.body as {
        readonly paths: Readonly<Record<string, object>>;
        readonly definitions: {
          readonly things: { readonly properties: { readonly data: object; readonly at: object } };
        };
      };
      expect(Object.keys(paths["/counted"] ?? {})).toEqual(["get"]);
      expect(Object.keys(paths["/rpc/pay"] ?? {})).toEqual(["post"]);
      expect(definitions.things.properties.data).not.toHaveProperty("type");
      expect(definitions.things.properties.at).not.toHaveProperty("default");
    });

    it("tells of what a role may use, of everything, or nothing", async () => {
      const role = uniqueName("bw_role");
      const own = [
        ...schema,
        `CREATE ROLE ${role}`,
        `GRANT SELECT ON makers TO ${role}`,
        `REVOKE EXECUTE ON FUNCTION pay FROM PUBLIC`,
      ];
      await using rest = await startOwn(target, own, `role: ${role}`);
      const pathsOf = (body: unknown): readonly string[] => Object.keys((body as { readonly paths: object }).paths);

      expect(pathsOf(await rest.json("GET /"))).toEqual(["/", "/makers", "/rpc/find"]);
      await rest.query(`REVOKE ALL ON makers FROM ${role}`);
      await rest.query(`DROP ROLE ${role}`);
      await using whole = await startOwn(target, schema, "openapi: ignore-privileges, expose: { functions: [pay] }");
      expect(pathsOf(await whole.json("GET /"))).toEqual(["/", "/counted", "/makers", "/things", "/rpc/pay"]);
      await using none = await startOwn(target, [], "openapi: disabled");
      expect(await none.send("GET /")).toMatchObject({
        status: 404,
        body: { code: "PGRST126", message: "Root endpoint metadata is disabled" },
      });
    });

    it("is JSON, for who takes that", async () => {
      await using rest = await startOwn(target, []);

      expect((await rest.typed("/", "text/html, */*;q=0.1")).slice(0, 2)).toEqual([
        200,
        "application/openapi+json; charset=utf-8",
      ]);
      expect(await rest.json("GET /", { headers: { accept: "text/csv" } })).toMatchObject({ code: "PGRST107" });
      expect((await rest.send("HEAD /")).status).toBe(200);
    });

    it("names the methods of each table and function", async () => {
      const views = [`CREATE VIEW shown AS SELECT * FROM makers`, `CREATE VIEW keyless AS SELECT name FROM makers`];
      await using rest = await startOwn(target, [...schema, ...views]);
      const allowed = async (path: string): Promise<unknown> => {
        const { status, headers } = await rest.send(`OPTIONS ${path}`);
        return [status, headers.get("allow")];
      };

      expect(await allowed("/makers")).toEqual([200, "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"]);
      expect(await allowed("/shown")).toEqual([200, "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"]);
      expect(await allowed("/keyless")).toEqual([200, "OPTIONS,GET,HEAD,POST,PATCH,DELETE"]);
      expect(await allowed("/counted")).toEqual([200, "OPTIONS,GET,HEAD"]);
      expect(await allowed("/rpc/find")).toEqual([200, "OPTIONS,GET,HEAD,POST"]);
      expect(await allowed("/rpc/pay")).toEqual([200, "OPTIONS,POST"]);
      expect(await allowed("/")).toEqual([200, "OPTIONS,GET,HEAD"]);
      expect(await rest.send("OPTIONS /nothing")).toMatchObject({ status: 404, body: { code: "PGRST205" } });
      expect(await rest.send("OPTIONS /rpc/nothing")).toMatchObject({ status: 404, body: { code: "PGRST202" } });
    });

    it("has settings for functions, and tokens whose role is deep within", async () => {
      const role = uniqueName("bw_role");
      const secret = Buffer.from("a secret of thirty-two characters");
      const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
      const signed = `${part({ alg: "HS256" })}.${part({ app: { roles: ["guest", role] } })}`;
      const token = `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
      await using rest = await startOwn(
        target,
        [
          `CREATE ROLE ${role}`,
          `CREATE FUNCTION told() RETURNS json STABLE LANGUAGE sql AS
             $$ SELECT json_build_array(current_user, current_setting('app.settings.shop')) $$`,
        ],
        `app_settings: { shop: ours }, jwt: { secret_base64: "${secret.toString("base64")}", role_claim: '.app.roles[?(@ ^== "bw_")]' }`,
      );

      expect(await rest.json("GET /rpc/told", { headers: { authorization: `Bearer ${token}` } })).toEqual([
        role,
        "ours",
      ]);
      expect(await rest.send("GET /rpc/told")).toMatchObject({ status: 401, body: { code: "PGRST302" } });
      await rest.query(`DROP ROLE ${role}`);
    });

    it.each([
      ['jwt: { keys: "{}" }', "postgrest.jwt.keys"],
      ["jwt: { secret_base64: c2hvcnQ= }", "postgrest.jwt.secret_base64"],
      ["jwt: { public_key: none }", "postgrest.jwt.public_key"],
      ['jwt: { secret: "a secret of thirty-two characters", role_claim: ".a b" }', "role_claim"],
      ['jwt: { secret: "a secret of thirty-two characters", keys: "{}" }', "needs one of secret"],
      ["app_settings: { a-b: c }", "a-b must be letters"],
      ["openapi: maybe", "openapi"],
    ])("refuses %s", async (settings, words) => {
      const errors = [expect.objectContaining({ message: expect.stringContaining(words) })];

      await expect(startOwn(target, [], settings)).rejects.toMatchObject({ errors });
    });
  },
  ["postgresql"],
);
