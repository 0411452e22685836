import type { HttpCase } from "./http-case.ts";
import { problem } from "./http-case.ts";

const whole = { prefer: "return=representation" };

/** One after another, over one database. */
export const writeCases: readonly HttpCase[] = [
  {
    request: "POST /clients",
    body: { id: 10, name: "Ten" },
    expected: {
      status: 201,
      text: "",
      headers: { "content-range": "*/*", location: null, "content-type": null, "preference-applied": null },
    },
  },
  {
    request: "POST /clients",
    headers: { prefer: "return=minimal" },
    body: { id: 11, name: "Eleven" },
    expected: { status: 201, text: "", headers: { "preference-applied": "return=minimal" } },
  },
  {
    request: "POST /clients",
    headers: { prefer: "return=headers-only" },
    body: { id: 12, name: "Twelve" },
    expected: {
      status: 201,
      text: "",
      headers: { location: "/rest/clients?id=eq.12", "preference-applied": "return=headers-only" },
    },
  },
  {
    request: "POST /assignments",
    headers: { prefer: "return=headers-only" },
    body: { user_id: 3, task_id: 1 },
    expected: { status: 201, headers: { location: "/rest/assignments?user_id=eq.3&task_id=eq.1" } },
  },
  {
    request: "POST /clients?select=name",
    headers: { prefer: "return=representation, count=exact" },
    body: [
      { id: 13, name: "Thirteen" },
      { id: 14, name: "Fourteen" },
    ],
    expected: {
      status: 201,
      json: [{ name: "Thirteen" }, { name: "Fourteen" }],
      headers: {
        "content-range": "*/2",
        "content-type": "application/json; charset=utf-8",
        "preference-applied": "return=representation, count=exact",
      },
    },
  },
  {
    request: "POST /projects?select=id,project_label,client:clients(name)",
    headers: { ...whole, accept: "application/vnd.pgrst.object+json" },
    body: { id: 20, name: "Vision", client_id: 2, tags: ["a", "b"], data: { x: 1 }, budget: 12.5 },
    expected: { status: 201, json: { id: 20, project_label: "20 Vision", client: { name: "Apple" } } },
  },
  {
    request: "GET /projects?select=tags,data,budget&id=eq.20",
    expected: { status: 200, json: [{ tags: ["a", "b"], data: { x: 1 }, budget: 12.5 }] },
  },
  {
    request: "POST /clients",
    headers: { "content-type": "text/csv", ...whole },
    body: "id,name\n15,Fifteen\n16,NULL",
    expected: {
      status: 400,
      json: problem("23502")(
        'null value in column "name" of relation "clients" violates not-null constraint',
        "Failing row contains (16, null).",
      ),
    },
  },
  {
    request: "POST /clients",
    headers: { "content-type": "text/csv", ...whole },
    body: 'id,name\n15,"Fif,teen"',
    expected: { status: 201, json: [{ id: 15, name: "Fif,teen" }] },
  },
  {
    request: "POST /clients",
    headers: { "content-type": "application/x-www-form-urlencoded", ...whole },
    body: "id=16&name=Six+teen",
    expected: { status: 201, json: [{ id: 16, name: "Six teen" }] },
  },
  {
    request: "POST /clients",
    headers: { "content-type": "application/json" },
    body: '{"id":1',
    expected: { status: 400, json: problem("PGRST102")("Empty or invalid json") },
  },
  {
    request: "POST /clients",
    headers: { "content-type": "application/json" },
    body: "",
    expected: { status: 400, json: problem("PGRST102")("Empty or invalid json") },
  },
  {
    request: "POST /clients",
    headers: { "content-type": "application/yaml" },
    body: "id: 1",
    expected: { status: 400, json: problem("PGRST102")("Content-Type not acceptable: application/yaml") },
  },
  {
    request: "POST /clients",
    body: [{ id: 30, name: "x" }, { id: 31 }],
    expected: { status: 400, json: problem("PGRST102")("All object keys must match") },
  },
  {
    request: "POST /clients",
    body: { id: 30, nme: "x" },
    expected: {
      status: 400,
      json: problem("PGRST204")("Could not find the 'nme' column of 'clients' in the schema cache"),
    },
  },
  {
    request: "POST /clients?columns=id,name",
    headers: whole,
    body: [
      { id: 30, name: "Thirty", more: 1 },
      { id: 31, name: "Thirty-one" },
    ],
    expected: {
      status: 201,
      json: [
        { id: 30, name: "Thirty" },
        { id: 31, name: "Thirty-one" },
      ],
    },
  },
  {
    request: "POST /clients",
    body: { id: 1, name: "again" },
    expected: {
      status: 409,
      json: problem("23505")(
        'duplicate key value violates unique constraint "clients_pkey"',
        "Key (id)=(1) already exists.",
      ),
    },
  },
  {
    request: "POST /projects",
    body: { id: 40, name: "lost", client_id: 999 },
    expected: {
      status: 409,
      json: problem("23503")(
        'insert or update on table "projects" violates foreign key constraint "projects_client_id_fkey"',
        'Key (client_id)=(999) is not present in table "clients".',
      ),
    },
  },
  {
    request: "POST /items?columns=id,name,n",
    headers: { prefer: "return=representation, missing=default" },
    body: [{ id: 50 }, { id: 51, n: null, name: "y" }],
    expected: {
      status: 201,
      json: [
        { id: 50, name: "none", n: 7 },
        { id: 51, name: "y", n: null },
      ],
      headers: { "preference-applied": "missing=default, return=representation" },
    },
  },
  // The default of a key is counted up for every row, whether or not the row has one.
  {
    request: "POST /items?columns=name",
    headers: { prefer: "return=representation, missing=default" },
    body: [{ name: "auto" }],
    expected: { status: 201, json: [{ id: 6, name: "auto", n: 7 }] },
  },
  {
    request: "POST /items",
    headers: whole,
    body: {},
    expected: { status: 201, json: [{ id: 7, name: "none", n: 7 }] },
  },
  { request: "POST /items", headers: whole, body: [], expected: { status: 201, json: [] } },
  {
    request: "POST /clients",
    headers: { prefer: "resolution=merge-duplicates, return=representation" },
    body: [
      { id: 1, name: "Micro Soft" },
      { id: 60, name: "Sixty" },
    ],
    expected: {
      status: 201,
      json: [
        { id: 1, name: "Micro Soft" },
        { id: 60, name: "Sixty" },
      ],
      headers: { "preference-applied": "resolution=merge-duplicates, return=representation" },
    },
  },
  {
    request: "POST /clients",
    headers: { prefer: "resolution=merge-duplicates, return=representation" },
    body: { id: 1, name: "Microsoft" },
    expected: { status: 200, json: [{ id: 1, name: "Microsoft" }] },
  },
  {
    request: "POST /clients",
    headers: { prefer: "resolution=ignore-duplicates, return=representation" },
    body: [
      { id: 1, name: "no" },
      { id: 61, name: "Sixty-one" },
    ],
    expected: { status: 201, json: [{ id: 61, name: "Sixty-one" }] },
  },
  {
    request: "POST /clients?on_conflict=name",
    headers: { prefer: "resolution=merge-duplicates, return=representation" },
    body: { id: 62, name: "Sixty-one" },
    expected: { status: 200, json: [{ id: 62, name: "Sixty-one" }] },
  },
  {
    request: "PUT /clients?id=eq.70",
    headers: whole,
    body: { id: 70, name: "Seventy" },
    expected: { status: 201, json: [{ id: 70, name: "Seventy" }] },
  },
  {
    request: "PUT /clients?id=eq.70",
    headers: whole,
    body: [{ id: 70, name: "70" }],
    expected: { status: 200, json: [{ id: 70, name: "70" }] },
  },
  { request: "PUT /clients?id=eq.70", body: { id: 70, name: "Seventy" }, expected: { status: 204, text: "" } },
  {
    request: "PUT /clients?id=eq.70",
    body: { id: 71, name: "x" },
    expected: { status: 400, json: problem("PGRST115")("Payload values do not match URL in primary key column(s)") },
  },
  {
    request: "PUT /clients?id=eq.70&limit=1",
    body: { id: 70, name: "x" },
    expected: {
      status: 400,
      json: problem("PGRST114")("limit/offset querystring parameters are not allowed for PUT"),
    },
  },
  ...["PUT /clients", "PUT /clients?id=gt.70", "PUT /clients?id=eq.70&name=eq.x", "PUT /logs?at=eq.1"].map(
    (request): HttpCase => ({
      request,
      body: { id: 70, name: "x" },
      expected: {
        status: 405,
        json: problem("PGRST105")("Filters must include all and only primary key columns with 'eq' operators"),
      },
    }),
  ),
  {
    request: "PATCH /clients?id=eq.70",
    body: { name: "VII" },
    expected: { status: 204, text: "", headers: { "content-range": "0-0/*", "content-type": null } },
  },
  {
    request: "PATCH /clients?id=gte.60&select=id",
    headers: { prefer: "return=representation, count=exact" },
    body: { id: 60 },
    expected: { status: 409 },
  },
  {
    request: "PATCH /items?id=lt.3&select=id,n&order=id.desc",
    headers: { prefer: "return=representation, count=exact" },
    body: { n: 100 },
    expected: {
      status: 200,
      json: [
        { id: 2, n: 100 },
        { id: 1, n: 100 },
      ],
      headers: { "content-range": "0-1/2", "preference-applied": "return=representation, count=exact" },
    },
  },
  {
    request: "PATCH /items?id=eq.999",
    headers: whole,
    body: { n: 1 },
    expected: { status: 200, json: [], headers: { "content-range": "*/*" } },
  },
  { request: "PATCH /items?id=eq.999", body: { n: 1 }, expected: { status: 204, headers: { "content-range": "*/*" } } },
  { request: "PATCH /items?id=eq.1", headers: whole, body: {}, expected: { status: 200, json: [] } },
  {
    request: "PATCH /items?id=lt.3",
    headers: { ...whole, accept: "application/vnd.pgrst.object+json" },
    body: { n: 5 },
    expected: {
      status: 406,
      json: problem("PGRST116")("Cannot coerce the result to a single JSON object", "The result contains 2 rows"),
    },
  },
  { request: "GET /items?select=n&id=eq.1", expected: { status: 200, json: [{ n: 100 }] } },
  {
    request: "PATCH /items?id=lt.3",
    headers: { prefer: "handling=strict, max-affected=1" },
    body: { n: 5 },
    expected: {
      status: 400,
      json: problem("PGRST124")("Query result exceeds max-affected preference constraint", "The query affects 2 rows"),
    },
  },
  {
    request: "PATCH /items?id=eq.1",
    headers: { prefer: "handling=strict, max-affected=1" },
    body: { n: 5 },
    expected: { status: 204, headers: { "preference-applied": "handling=strict, max-affected=1" } },
  },
  {
    request: "PATCH /items?id=lt.3",
    headers: { prefer: "max-affected=1" },
    body: { n: 6 },
    expected: { status: 204, headers: { "preference-applied": null } },
  },
  {
    request: "PATCH /items?order=id.desc&limit=1&select=id,n",
    headers: whole,
    body: { n: 0 },
    expected: { status: 200, json: [{ id: 51, n: 0 }] },
  },
  {
    request: "PATCH /items?limit=1",
    body: { n: 0 },
    expected: {
      status: 400,
      json: problem("PGRST109")(
        "A 'limit' was applied without an explicit 'order'",
        null,
        "Apply an 'order' using unique column(s)",
      ),
    },
  },
  {
    request: "PATCH /items?id=eq.1&columns=n",
    headers: { ...whole, "content-type": "application/json" },
    body: '{"n":8,"name":"not this"}',
    expected: { status: 200, json: [{ id: 1, name: "one", n: 8 }] },
  },
  {
    request: "DELETE /items?id=eq.3",
    headers: { prefer: "tx=rollback, return=representation" },
    expected: {
      status: 200,
      json: [{ id: 3, name: "three", n: 3 }],
      headers: { "preference-applied": "return=representation, tx=rollback" },
    },
  },
  { request: "GET /items?select=id&id=eq.3", expected: { status: 200, json: [{ id: 3 }] } },
  { request: "DELETE /items?id=eq.3", expected: { status: 204, text: "", headers: { "content-range": "*/*" } } },
  {
    request: "DELETE /items?id=gte.50&select=id&order=id",
    headers: { prefer: "return=representation, count=exact" },
    expected: { status: 200, json: [{ id: 50 }, { id: 51 }], headers: { "content-range": "*/2" } },
  },
  {
    request: "DELETE /items?id=eq.1",
    headers: { ...whole, accept: "text/csv" },
    expected: { status: 200, text: "id,name,n\n1,one,8" },
  },
  {
    request: "DELETE /users?id=eq.1",
    expected: {
      status: 409,
      json: problem("23503")(
        'update or delete on table "users" violates foreign key constraint "profiles_user_id_fkey" on table "profiles"',
        'Key (id)=(1) is still referenced from table "profiles".',
      ),
    },
  },
  {
    request: "POST /open_projects?select=id,clients(name)",
    headers: whole,
    body: { id: 90, name: "by view", client_id: 2 },
    expected: { status: 201, json: [{ id: 90, clients: { name: "Apple" } }] },
  },
  {
    request: "POST /logs",
    headers: { prefer: "return=headers-only" },
    body: { line: "no key" },
    expected: { status: 201, headers: { location: null } },
  },
  {
    request: "POST /notes",
    headers: { "content-profile": "api", ...whole },
    body: { id: 2, text: "second" },
    expected: { status: 201, json: [{ id: 2, text: "second" }], headers: { "content-profile": "api" } },
  },
  {
    request: "POST /logs",
    body: 7,
    headers: whole,
    expected: { status: 201, json: [] },
  },
  {
    request: "POST /logs",
    headers: { "content-type": "text/plain" },
    body: "line",
    expected: { status: 400, json: problem("PGRST102")("Content-Type not acceptable: text/plain") },
  },
  {
    request: "POST /logs",
    headers: { "content-type": "text/csv" },
    body: "line,at\na,1\nb",
    expected: { status: 400, json: problem("PGRST102")("All lines must have same number of fields") },
  },
  {
    request: "POST /items?on_conflict=nothing",
    headers: { prefer: "resolution=merge-duplicates" },
    body: { id: 1 },
    expected: { status: 400, json: problem("42703")('column "nothing" does not exist') },
  },
  {
    request: "POST /logs",
    body: { line: "short" },
    expected: { status: 201, headers: { "content-type": null, "content-profile": null } },
  },
  { request: "DELETE /items", expected: { status: 204 } },
  { request: "GET /items", expected: { status: 200, json: [] } },
];
