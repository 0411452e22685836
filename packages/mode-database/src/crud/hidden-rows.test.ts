import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { CrudRig, CrudRequest } from "../../test/crud-rig.ts";
import { startCrud } from "../../test/crud-rig.ts";
import { as, identify } from "../../test/identify.ts";
import type { OwnDatabase } from "../../test/open-database.ts";
import type { TestDatabase } from "../../test/servers.ts";
import { describeDatabases } from "../../test/servers.ts";

/** Notes have tags by `links`, which have an owner; folders have tags by `folder_tags`, which has no endpoint. */
const statements = [
  "CREATE TABLE users (id integer PRIMARY KEY, name varchar(20))",
  "CREATE TABLE folders (id integer PRIMARY KEY)",
  `CREATE TABLE notes (id integer PRIMARY KEY, title varchar(20), owner varchar(20), folder_id integer,
     CONSTRAINT note_folder FOREIGN KEY (folder_id) REFERENCES folders (id))`,
  "CREATE TABLE tags (id integer PRIMARY KEY, word varchar(20), shown boolean NOT NULL)",
  `CREATE TABLE links (note_id integer NOT NULL, tag_id integer NOT NULL, owner varchar(20), PRIMARY KEY (note_id, tag_id),
     CONSTRAINT link_note FOREIGN KEY (note_id) REFERENCES notes (id), CONSTRAINT link_tag FOREIGN KEY (tag_id) REFERENCES tags (id))`,
  `CREATE TABLE folder_tags (folder_id integer NOT NULL, tag_id integer NOT NULL, PRIMARY KEY (folder_id, tag_id),
     CONSTRAINT of_folder FOREIGN KEY (folder_id) REFERENCES folders (id), CONSTRAINT of_tag FOREIGN KEY (tag_id) REFERENCES tags (id))`,
  `CREATE TABLE tasks (id integer PRIMARY KEY, title varchar(20), user_id integer,
     CONSTRAINT task_user FOREIGN KEY (user_id) REFERENCES users (id))`,
  "INSERT INTO folders VALUES (1), (2)",
  "INSERT INTO notes VALUES (1, 'one', 'ada', 1), (2, 'two', 'bob', 2)",
  "INSERT INTO tags VALUES (1, 'x', true), (2, 'a', true), (3, 'b', false)",
  "INSERT INTO links VALUES (1, 1, 'ada'), (1, 2, 'bob'), (1, 3, 'ada'), (2, 2, 'ada')",
  "INSERT INTO folder_tags VALUES (1, 2), (1, 3), (2, 3)",
];

async function prepare(database: OwnDatabase): Promise<void> {
  for (const statement of statements) await database.query(statement);
}

const endpoints = `plugins: { identify: {} }
endpoints:
  users: { path: /users, database: { table: users, auto_crud: true } }
  folders: { path: /folders, database: { table: folders, auto_crud: true } }
  notes:
    path: /notes
    database:
      table: notes
      auto_crud: true
      access:
        editor: { read: true, write: true }
        reader: { read: { columns: [id, title] } }
        sender: { write: true }
        owner: { read: { where: { owner: "\${auth.sub}" } }, write: true }
  tags:
    path: /tags
    database:
      table: tags
      auto_crud: true
      access: { admin: { read: true }, editor: { read: { where: { shown: true } }, write: true }, reader: { read: true } }
  links:
    path: /links
    database:
      table: links
      auto_crud: true
      access:
        admin: { read: true }
        editor: { read: { where: { owner: "\${auth.sub}" } }, write: { where: { owner: "\${auth.sub}" } } }
        reader: { read: true }
  tasks:
    path: /tasks
    database:
      table: tasks
      auto_crud: true
      access:
        editor: { read: true, write: { where: { user_id: "\${auth.id}" } } }
        writer: { read: true, write: { columns: [id, title] } }
`;

const admin = as(["admin", "editor"]);
const ada = as(["editor"], { sub: "ada", id: 7 });
const reader = as(["reader"]);

async function open(target: TestDatabase): Promise<CrudRig> {
  return startCrud(target, endpoints, { plugins: [identify], prepare });
}

describeDatabases("rows that may not be read", (target) => {
  let rig: CrudRig;
  beforeAll(async () => {
    rig = await open(target);
  });
  afterAll(async () => rig[Symbol.asyncDispose]());

  it.each<[request: string, rows: unknown]>([
    [
      "/notes?select=id,tags(id)&order=id",
      [
        { id: 1, tags: [{ id: 1 }] },
        { id: 2, tags: [{ id: 2 }] },
      ],
    ],
    [
      "/tags?select=id,notes(id)&order=id",
      [
        { id: 1, notes: [{ id: 1 }] },
        { id: 2, notes: [{ id: 2 }] },
      ],
    ],
    [
      "/notes?select=id,tags(count())&order=id",
      [
        { id: 1, tags: [{ count: 1 }] },
        { id: 2, tags: [{ count: 1 }] },
      ],
    ],
    [
      "/notes?select=id,tags(word,n:count())&order=id",
      [
        { id: 1, tags: [{ word: "x", n: 1 }] },
        { id: 2, tags: [{ word: "a", n: 1 }] },
      ],
    ],
    ["/notes?select=id,tags!inner()&tags.id=eq.2", [{ id: 2 }]],
    ["/notes?select=id,tags!inner()&tags.id=eq.3", []],
    ["/notes?select=id,tags()&tags.id=eq.2&tags=is.null", [{ id: 1 }]],
    ["/notes?select=id,tags()&tags.id=gt.1&or=(tags.not.is.null,id.eq.9)", [{ id: 2 }]],
    ["/notes?select=count(),tags!inner()&tags.id=gt.1", [{ count: 1 }]],
    [
      "/links?select=tag_id,tags(word)&order=tags(word),tag_id",
      [
        { tag_id: 2, tags: { word: "a" } },
        { tag_id: 1, tags: { word: "x" } },
        { tag_id: 3, tags: null },
      ],
    ],
    [
      "/links?select=note_id,...tags(word)&note_id=eq.1&order=tag_id",
      [
        { note_id: 1, word: "x" },
        { note_id: 1, word: null },
      ],
    ],
    [
      "/folders?select=id,tags(id)&order=id",
      [
        { id: 1, tags: [{ id: 2 }] },
        { id: 2, tags: [] },
      ],
    ],
    ["/folders?select=id,tags!inner()&order=id", [{ id: 1 }]],
  ])("join nothing and are told by nothing: %s", async (request, rows) => {
    const answer = await rig.send(`GET ${request}`, ada);

    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: rows });
  });

  it("are not counted", async () => {
    const headers = { ...ada.headers, prefer: "count=exact" };

    const found = await rig.send("GET /notes?select=id,tags!inner()&tags.id=gt.1&limit=1", { headers });

    expect(found.headers["content-range"]).toBe("0-0/1");
  });

  it("are those of the junction's rule, and of nothing else: whoever may read all of them sees all", async () => {
    expect((await rig.send("GET /notes?select=tags(id)&id=eq.1&tags.order=id", reader)).body).toEqual([
      { tags: [{ id: 1 }, { id: 2 }, { id: 3 }] },
    ]);
  });

  it("are not told by a table that only joins", async () => {
    expect(await rig.send("GET /folders?select=id,folder_tags(tag_id)", ada)).toMatchObject({
      status: 400,
      body: { code: "BW_QUERY_UNKNOWN_RELATION" },
    });
    expect(await rig.send("POST /folders", { ...ada, body: { id: 9, folder_tags: [{ tag_id: 3 }] } })).toMatchObject({
      status: 400,
      body: { code: "BW_QUERY_UNKNOWN_COLUMN" },
    });
  });
});

describeDatabases("columns that may not be read", (target) => {
  it("are told by no part of a query", async () => {
    await using rig = await open(target);

    for (const query of [
      "select=owner",
      "select=x:owner",
      "select=owner.max()",
      "owner=eq.ada",
      "or=(id.eq.1,owner.eq.ada)",
      "not.and=(owner.neq.ada)",
      "order=owner",
      "select=id&order=owner&after=",
    ])
      expect({ query, ...(await rig.send(`GET /notes?${query}`, reader)) }).toMatchObject({
        query,
        status: 400,
        body: { code: "BW_QUERY_UNKNOWN_COLUMN" },
      });
    for (const query of [
      "select=notes(owner)",
      "select=notes!inner()&notes.owner=eq.ada",
      "select=notes()&order=notes(owner)",
    ])
      expect({ query, ...(await rig.send(`GET /links?${query}`, reader)) }).toMatchObject({ query, status: 400 });
    expect((await rig.send("GET /links?select=notes(*)&limit=1", reader)).body).toEqual([
      { notes: { id: 1, title: "one" } },
    ]);
    expect((await rig.send("GET /notes/1", reader)).body).toEqual({ id: 1, title: "one" });
  });

  it("lead nowhere, for what they lead to tells what they are", async () => {
    await using rig = await open(target);

    for (const request of ["GET /notes?select=id,folders(id)", "GET /folders?select=id,notes(id)"]) {
      expect({ request, ...(await rig.send(request, reader)) }).toMatchObject({ request, status: 400 });
      expect({ request, ...(await rig.send(request, ada)) }).toMatchObject({ request, status: 200 });
    }
  });
});

describeDatabases("rows that may not be written", (target) => {
  const all = "GET /links?select=note_id,tag_id,owner&order=note_id,tag_id";

  it("are not made by rows around them", async () => {
    await using rig = await open(target);
    const post = (path: string, who: CrudRequest, body: unknown): ReturnType<CrudRig["send"]> =>
      rig.send(`POST ${path}`, { ...who, body });

    expect((await post("/notes", ada, { id: 5, title: "n", tags: [{ id: 5, word: "w", shown: true }] })).status).toBe(
      201,
    );
    expect((await rig.send("GET /links?note_id=eq.5", admin)).body).toEqual([{ note_id: 5, tag_id: 5, owner: "ada" }]);
    const nobody = as(["editor"]);
    expect(
      await post("/notes", nobody, { id: 6, title: "n", tags: [{ id: 6, word: "w", shown: true }] }),
    ).toMatchObject({
      status: 403,
      body: { code: "BW_ACCESS_DENIED", columns: ["owner"] },
    });
    for (const [path, body] of [
      ["/users", { id: 8, name: "eve", tasks: [{ id: 1, title: "t" }] }],
      ["/tasks", { id: 1, title: "t", users: { id: 8, name: "eve" } }],
    ] as const)
      expect({ path, ...(await post(path, ada, body)) }).toMatchObject({
        path,
        status: 403,
        body: { columns: ["user_id"] },
      });
    expect(await post("/users", as(["writer"]), { id: 8, name: "eve", tasks: [{ id: 1, title: "t" }] })).toMatchObject({
      status: 403,
      body: { columns: ["user_id"] },
    });
    expect((await post("/users", ada, { id: 7, name: "ada", tasks: [{ id: 1, title: "t" }] })).status).toBe(201);
    expect((await rig.send("GET /users?select=id,tasks(id,user_id)", ada)).body).toEqual([
      { id: 7, tasks: [{ id: 1, user_id: 7 }] },
    ]);
    expect((await rig.send("GET /notes?select=id&id=gt.2", ada)).body).toEqual([{ id: 5 }]);
  });

  it("do not keep a key from being made", async () => {
    const fields = "fields: { id: { type: uuid, primary_key: true }, word: { type: string } }";
    const access = "access: { writer: { read: true, write: { columns: [word] } } }";
    const things = `things: { path: /things, database: { table: things, auto_crud: true, ${fields}, ${access} } }`;
    const own = { mysql: "uuid()", postgresql: "gen_random_uuid()", sqlite: "(lower(hex(randomblob(16))))" }[
      target.type
    ];
    await using small = await startCrud(
      target,
      `plugins: { identify: {} }\nendpoints:\n  ${things}\n  own: { path: /own, database: { table: own, auto_crud: true, ${access} } }\n`,
      {
        plugins: [identify],
        async prepare(database) {
          await database.query(`CREATE TABLE own (id varchar(40) DEFAULT ${own} PRIMARY KEY, word varchar(20))`);
        },
      },
    );

    for (const path of ["/things", "/own"]) {
      const made = await small.send(`POST ${path}`, { ...as(["writer"]), body: { word: "w" } });
      expect({ path, ...made }).toMatchObject({ path, status: 201, body: { id: expect.any(String), word: "w" } });
      const location = made.headers["location"] ?? "";
      expect((await small.send(`GET ${location}`, as(["writer"]))).body).toEqual(made.body);
      const refused = await small.send(`POST ${path}`, {
        ...as(["writer"]),
        body: { id: location.slice(-36), word: "w" },
      });
      expect(refused).toMatchObject({ status: 403, body: { columns: ["id"] } });
    }
  });

  it("are not changed by the key they have", async () => {
    await using rig = await open(target);
    const before = (await rig.send(all, admin)).body;
    const merge = { headers: { ...ada.headers, prefer: "resolution=merge-duplicates" } };
    const ignore = { headers: { ...ada.headers, prefer: "resolution=ignore-duplicates" } };
    const row = { note_id: 1, tag_id: 2, owner: "ada" };

    expect((await rig.send("POST /links", { ...merge, body: row })).status).toBe(403);
    expect((await rig.send("POST /links", { ...ignore, body: row })).status).toBe(201);
    expect((await rig.send("POST /links", { ...ada, body: row })).status).toBe(409);
    expect((await rig.send("PUT /links/1,2", { ...ada, body: row })).status).toBe(409);
    expect((await rig.send("PATCH /links/1,2", { ...ada, body: { owner: "ada" } })).status).toBe(404);
    expect((await rig.send("DELETE /links/1,2", ada)).status).toBe(404);
    for (const owner of ["bob", null])
      expect((await rig.send("PATCH /links/1,1", { ...ada, body: { owner } })).status).toBe(403);
    expect(await rig.send("PATCH /links?tag_id=eq.2&select=note_id", { ...ada, body: { owner: "ada" } })).toMatchObject(
      {
        body: [{ note_id: 2 }],
      },
    );
    expect((await rig.send(all, admin)).body).toEqual(before);
  });

  it("are not changed unseen, though whoever asks might write them", async () => {
    await using rig = await open(target);
    const bob = as(["owner"], { sub: "bob" });
    const merge = { headers: { ...bob.headers, prefer: "resolution=merge-duplicates" } };

    expect((await rig.send("POST /notes", { ...merge, body: { id: 1, title: "x", owner: "bob" } })).status).toBe(403);
    expect((await rig.send("PUT /notes/1", { ...bob, body: { title: "x" } })).status).toBe(409);
    expect((await rig.send("PATCH /notes/1", { ...bob, body: { title: "x" } })).status).toBe(404);
    const whole = { headers: { ...bob.headers, prefer: "return=representation" } };
    expect((await rig.send("PATCH /notes/2", { ...whole, body: { owner: "eve" } })).status).toBe(403);
    expect((await rig.send("GET /notes?select=id,title,owner&order=id", ada)).body).toEqual([
      { id: 1, title: "one", owner: "ada" },
      { id: 2, title: "two", owner: "bob" },
    ]);
  });

  it("are neither told nor changed by who may only write", async () => {
    await using rig = await open(target);
    const sender = as(["sender"]);

    for (const [request, body] of [
      ["PATCH /notes/1", { title: "x" }],
      ["PATCH /notes/99", { title: "x" }],
      ["PUT /notes/1", { title: "x" }],
      ["DELETE /notes/1", undefined],
      ["DELETE /notes/99", undefined],
      ["DELETE /notes?id=eq.1", undefined],
      ["GET /notes/1", undefined],
    ] as const)
      expect({ request, ...(await rig.send(request, { ...sender, body })) }).toMatchObject({
        request,
        status: 403,
        body: { code: "BW_ACCESS_DENIED" },
      });
    const merge = { headers: { ...sender.headers, prefer: "resolution=merge-duplicates" } };
    expect((await rig.send("POST /notes", { ...merge, body: { id: 1, title: "x" } })).status).toBe(403);
    expect((await rig.send("POST /notes", { ...sender, body: { id: 3, title: "new" } })).status).toBe(201);
    expect((await rig.send("GET /notes?select=id,title&order=id", ada)).body).toEqual([
      { id: 1, title: "one" },
      { id: 2, title: "two" },
      { id: 3, title: "new" },
    ]);
  });
});
