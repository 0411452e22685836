import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { runProgram } from "../program.ts";
import { createFakeTerminal } from "../testing/fake-terminal.ts";
import { createProject } from "../testing/project.ts";
import type { Project } from "../testing/project.ts";

// threads begin here
jest.setTimeout(60_000);

const yaml = `name: shop
endpoints:
  # what we sell
  products:
    path: /products # all
    mock:
      resource:
        seed: products.json
        schema: { required: [name], properties: { name: { type: string, minLength: 1 }, price: { type: number, minimum: 0 } } }
  users: { path: /users, mock: { data: [{ name: Ada, id: 2 }, { name: Bob, id: 3 }] } }
  greeting: { path: /greeting, mock: { data: { text: hello } } }
`;
const products = [
  { id: 1, name: "tea", price: 4.5 },
  { id: 2, name: "ink", price: 9 },
];

function createShop(files: Readonly<Record<string, string>> = {}): Project {
  return createProject({ "backworks.yaml": yaml, "products.json": JSON.stringify(products), ...files });
}

function filesOf({ folder }: Project): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith(".backworks") && statSync(join(folder, name)).isFile())
    .sort();
}

const servers = { postgresql: process.env["BW_PG"], mysql: process.env["BW_MYSQL"] };

describe("evolve", () => {
  it("makes a table of a collection, and no client sees it", async () => {
    using project = createShop();
    const before = (await project.run("try GET /products?price=gt.5 --json")).json();

    const ran = await project.run("evolve products --to database --json");

    expect(ran).toMatchObject({ code: 0 });
    expect(ran.json()).toMatchObject({ database: "main", differences: [], applied: true, notes: [] });
    expect(project.read("backworks.yaml")).toBe(
      yaml
        .replace(
          "endpoints:",
          "databases:\n  main: { type: sqlite, file_path: ./data/app.db, migrations: { auto: true } }\nendpoints:",
        )
        .replace(
          /    mock:\n      resource:\n.*\n.*\n/,
          "    database:\n      table: products\n      auto_crud: true\n      seed: products.json\n      page: { count: exact }\n",
        ),
    );
    expect((await project.run("try GET /products?price=gt.5 --json")).json()).toMatchObject({
      ...(before as object),
      headers: {},
    });
    expect((await project.run('try POST /products -d {"name":"nib","price":1} --json')).json()).toMatchObject({
      status: 201,
      body: { id: 3, name: "nib", price: 1 },
    });
    expect(await project.run("db migrate status")).toMatchObject({ code: 0, out: expect.stringContaining("applied") });
  });

  it("makes a table of a list, which only answers GET as before", async () => {
    using project = createShop();

    const ran = await project.run("evolve users --table people --json");

    expect(ran.json()).toMatchObject({ differences: [], applied: true, tables: [{ table: "people", rows: 2 }] });
    expect(project.read("backworks.yaml")).toContain(
      "users: { path: /users, methods: [GET], database: { table: people, auto_crud: true, seed: ./seeds/people.json } }",
    );
    expect(JSON.parse(project.read("seeds/people.json"))).toEqual([
      { name: "Ada", id: 2 },
      { name: "Bob", id: 3 },
    ]);
    expect((await project.run("try GET /users/3 --json")).json()).toMatchObject({ status: 200, body: { name: "Bob" } });
  });

  it("writes nothing in a rehearsal, and nothing where answers differ", async () => {
    const sparse = [
      { id: 1, name: "tea" },
      { id: 2, name: "ink", color: "blue" },
    ];
    using project = createShop({ "products.json": JSON.stringify(sparse) });
    const before = filesOf(project);

    const rehearsed = await project.run("evolve users --dry-run");
    const refused = await project.run("evolve products --json");

    expect(rehearsed).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\+ databases:[^]*answered alike|answered alike[^]*\+ databases:/),
    });
    expect(refused).toMatchObject({ code: 7 });
    expect(refused.json()).toMatchObject({
      applied: false,
      differences: expect.arrayContaining([
        { request: "GET /products", at: "body[0].color", mock: "nothing", database: "null" },
      ]),
      notes: ["products: not every row has color: the table answers null where it is missing"],
    });
    expect(project.read("backworks.yaml")).toBe(yaml);
    expect(filesOf(project)).toEqual(before);
  });

  it("tells what is wrong with a mock where it stands", async () => {
    using project = createShop({ "products.json": '[{ "id": 1 }]' });
    project.write("backworks.yaml", yaml.replace("{ required: [name]", "{ type: 5, required: [name]"));

    const ran = await project.run("evolve products --json");

    expect(ran).toMatchObject({ code: 3 });
    expect(ran.json()).toMatchObject({ errors: [{ file: "backworks.yaml", line: 9 }] });
  });

  it("writes all the same when it is told to", async () => {
    using project = createShop({
      "products.json": JSON.stringify([
        { id: 1, name: "tea" },
        { id: 2, name: "ink", color: "blue" },
      ]),
    });

    expect(await project.run("evolve products --force --json")).toMatchObject({ code: 0 });
    expect((await project.run("try GET /products/1 --json")).json()).toMatchObject({ body: { color: null } });
  });

  it.each([
    ["prodcts", 2, "BW_CLI_ENDPOINT_UNKNOWN", "did you mean products?"],
    ["greeting", 1, "BW_CLI_EVOLVE", "something else than a list of objects"],
    ["products --to cloud", 2, "BW_CLI_USAGE", "database"],
    ["products --use main --table a-b", 2, "BW_CLI_USAGE", "letters, digits and _"],
  ])("says what is wrong with %s", async (...[words, code, error, text]) => {
    using project = createShop();

    const ran = await project.run(`evolve ${words}`);

    expect(ran).toMatchObject({ code, err: expect.stringContaining(error) });
    expect(ran.err).toContain(text);
    expect(project.read("backworks.yaml")).toBe(yaml);
  });

  it.each([
    ["rules", "mock: { rules: [{ respond: { body: 1 } }] }", "rules and responses"],
    ["no rows", "mock: { resource: {} }", "it has no rows"],
    ["what changes", 'mock: { data: [{ id: "${random_int(1, 1000000)}" }] }', "differently"],
    ["no key", "mock: { data: [{ a: 1 }, { a: 1 }] }", "no field tells its rows apart"],
    [
      "a relation to nobody",
      "mock: { resource: { seed: [{ id: 1 }], relations: { parts: { resource: parts, key: item } } } }",
      "parts",
    ],
    ["another mode", "runtime: { handler: ./h.js }", "runtime mode answers it"],
  ])("says what is to be done about %s", async (_name, block, text) => {
    const config = `name: x\nendpoints:\n  items: { path: /items, ${block} }\n`;
    using project = createProject({ "backworks.yaml": config, "h.js": "export default () => 1;\n" });

    const ran = await project.run("evolve items");

    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("BW_CLI_EVOLVE") });
    expect(ran.err).toContain(text);
    expect(ran.err).toContain("hint:");
  });

  it("leaves everything as it was when the database has such a table, or the configuration needs the mock", async () => {
    const summary = "  summary: { path: /summary, mock: { body: \"${resource('products').count()}\" } }\n";
    using needed = createShop({ "backworks.yaml": yaml + summary });
    const before = filesOf(needed);
    expect((await needed.run("evolve products --json")).json()).toMatchObject({
      applied: false,
      differences: [{ request: "endpoints.summary", at: "resource('products')" }],
    });
    expect(filesOf(needed)).toEqual(before);

    using project = createShop();
    await project.run("evolve products");
    const config = project.read("backworks.yaml");
    expect(await project.run("evolve users --table products")).toMatchObject({
      code: 1,
      err: expect.stringContaining("BW_DATABASE_TABLE_EXISTS"),
    });
    expect(project.read("backworks.yaml")).toBe(config);
    expect(existsSync(join(project.folder, "seeds"))).toBe(false);
  });

  it("does not run what somebody else's migrations would do", async () => {
    using project = createShop({ "migrations/1.sql": "CREATE TABLE a (id integer)" });

    expect(await project.run("evolve products")).toMatchObject({
      code: 1,
      err: expect.stringContaining("backworks db migrate up"),
    });
  });

  it("takes what clients wrote, and leaves their file alone", async () => {
    const kept = [{ id: 7, name: "kept", price: 1 }];
    using project = createShop({
      "backworks.yaml": yaml.replace("seed: products.json", "seed: products.json\n        persist: kept.json"),
      "kept.json": JSON.stringify(kept),
    });

    const ran = await project.run("evolve products --json");

    expect(ran.json()).toMatchObject({
      applied: true,
      tables: [{ rows: 1 }],
      files: expect.arrayContaining(["seeds/products.json"]),
    });
    expect((await project.run("try GET /products --json")).json()).toMatchObject({ body: kept });
    expect(JSON.parse(project.read("kept.json"))).toEqual(kept);
  });

  it("ends without a trace when it is interrupted", async () => {
    using project = createShop();
    const before = filesOf(project);
    const terminal = createFakeTerminal({ cwd: project.folder });

    const running = runProgram(["evolve", "products"], terminal);
    while (!terminal.err().includes("asking")) await new Promise((resolve) => setTimeout(resolve, 5));
    terminal.signal("SIGINT");

    expect(await running).toBe(130);
    expect(terminal.err()).toContain("nothing is written");
    expect(filesOf(project)).toEqual(before);
    expect(project.read("backworks.yaml")).toBe(yaml);
  });

  it("keeps rows that refer to each other together", async () => {
    using project = createProject({
      "backworks.yaml": `name: library
mode: mock
endpoints:
  authors:
    path: /authors
    mock: { resource: { seed: [{ id: 1, name: Calvino }], relations: { books: { resource: books, key: author_id } } } }
  books:
    path: /books
    mock: { resource: { seed: [{ id: 5, title: Cosmicomics, author_id: 1 }] } }
`,
    });

    const ran = await project.run("evolve books --json");

    expect(ran.json()).toMatchObject({
      differences: [],
      applied: true,
      tables: [{ table: "books" }, { table: "authors" }],
    });
    expect(project.read("backworks.yaml")).toContain("mode: database");
    expect((await project.run("try GET /books?select=title,authors(name) --json")).json()).toMatchObject({
      body: [{ title: "Cosmicomics", authors: { name: "Calvino" } }],
    });
  });

  it("makes plain columns of what no foreign key can hold, and says so", async () => {
    using project = createProject({
      "backworks.yaml": `name: clubs
endpoints:
  teams:
    path: /teams
    mock: { resource: { seed: [{ id: 1, name: red, lead: 2 }, { id: 2, name: blue, lead: null }], relations: { members: { resource: members, key: team } } } }
  members:
    path: /members
    mock: { resource: { seed: [{ id: 1, team: 2, boss: 2 }, { id: 2, team: 1, boss: null }, { id: 3, team: 1, mentor: 9 }], relations: { led: { resource: teams, key: lead }, staff: { resource: members, key: boss }, pupils: { resource: members, key: mentor } } } }
`,
    });

    const ran = await project.run("evolve teams --force --json");

    expect(ran.json()).toMatchObject({
      applied: true,
      notes: expect.arrayContaining([
        "teams: lead is no foreign key: members leads to teams as well",
        "members: boss is no foreign key: some rows come before those that they name",
        "members: mentor is no foreign key: there is no row 9 of members",
      ]),
    });
    expect((await project.run("try GET /teams?select=name,members!team(id) --json")).json()).toMatchObject({
      body: [
        { name: "red", members: [{ id: 2 }, { id: 3 }] },
        { name: "blue", members: [{ id: 1 }] },
      ],
    });
  });

  it.each([
    ["a.b", 'its field \\"a.b\\" has a name that no column can have'],
    ["NAME", "its fields name and NAME are one column to a database of type sqlite"],
  ])("refuses a field %s before anything is tried", async (field, problem) => {
    using project = createProject({
      "backworks.yaml": `name: odd\nendpoints: { things: { path: /things, mock: { data: [{ id: 1, name: x, "${field}": y }] } } }\n`,
    });

    const ran = await project.run("evolve things --json");

    expect(ran).toMatchObject({ code: 1 });
    expect(ran.out + ran.err).toContain(problem);
  });

  for (const [type, url] of Object.entries(servers)) {
    const run = url !== undefined || process.env["CI"] === "true" ? it : it.skip;

    run(`works in the database itself, and takes away what it tried (${type})`, async () => {
      const table = `evolved_${randomBytes(6).toString("hex")}`;
      const rows = [
        {
          id: 4,
          name: "tea",
          price: 4.5,
          sold: "2026-01-31",
          at: "2026-01-31T12:00:00Z",
          facts: { a: [1] },
          old: true,
        },
        { id: 5, name: "ink's", price: 9, sold: "2026-02-01", at: "2026-01-31T12:00:01Z", facts: {}, old: false },
      ];
      const config = `name: shop
databases: { main: { type: ${type}, connection_string: "\${URL}" } }
endpoints:
  things: { path: /things, mock: { resource: { seed: rows.json } } }
`;
      using project = createProject({ "backworks.yaml": config, "rows.json": JSON.stringify(rows) });
      const env = { PATH: process.env["PATH"], URL: url };

      const tried = await project.run(`evolve things --table ${table} --dry-run --json`, { env });
      const done = await project.run(`evolve things --table ${table} --json`, { env });

      expect(tried.json()).toMatchObject({ applied: false, differences: [] });
      expect(done.json()).toMatchObject({ applied: true, differences: [], tables: [{ table, rows: 2 }] });
      expect((await project.run("try GET /things/5 --json", { env })).json()).toMatchObject({ body: rows[1] });
      expect(await project.run("db migrate down", { env })).toMatchObject({ code: 0 });
      expect(await project.run("db migrate status", { env })).toMatchObject({ code: 7 });
    });
  }
});
