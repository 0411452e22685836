import type { HttpCase } from "./http-case.ts";
import { problem } from "./http-case.ts";

const ids = (...list: readonly number[]): readonly object[] => list.map((id) => ({ id }));

/** A filter over the projects, and the ids that are left. */
const filter = (query: string, ...list: readonly number[]): HttpCase => ({
  request: `GET /projects?select=id&order=id&${query}`,
  expected: { status: 200, json: ids(...list) },
});

export const readCases: readonly HttpCase[] = [
  {
    request: "GET /clients",
    expected: {
      status: 200,
      text: '[{"id":1,"name":"Microsoft"}, \n {"id":2,"name":"Apple"}]',
      headers: {
        "content-type": "application/json; charset=utf-8",
        "content-range": "0-1/*",
        "content-location": "/rest/clients",
        "content-profile": "public",
        "preference-applied": null,
      },
    },
  },
  {
    request: "GET /projects?select=id&name=like.Windows 7*&id=in.(1)",
    headers: { prefer: "tx=commit" },
    expected: {
      status: 200,
      json: [{ id: 1 }],
      headers: {
        "content-location": "/rest/projects?id=in.%281%29&name=like.Windows%207%2A&select=id",
        "preference-applied": "tx=commit",
      },
    },
  },
  // What stands behind a bracket that closes is passed over.
  { request: "GET /clients?select=id,projects(id)'&id=eq.9", expected: { status: 200, json: [] } },
  filter("and=(id.gt.1,id.lt.4))", 2, 3),
  filter("id=in.(1,2)x", 1, 2),
  {
    request: "GET /projects?select=data->>owner->name",
    expected: {
      status: 404,
      json: problem("42883")(
        "operator does not exist: text -> text",
        null,
        "No operator matches the given name and argument types. You might need to add explicit type casts.",
      ),
    },
  },
  {
    request: "GET /clients?id=eq.1",
    headers: { accept: "*/*, text/csv" },
    expected: { status: 200, text: "id,name\n1,Microsoft" },
  },
  {
    request: "GET /clients",
    headers: { accept: "application/vnd.pgrst.plan" },
    expected: {
      status: 406,
      json: problem("PGRST107")(
        'None of these media types are available: application/vnd.pgrst.plan+text; for="application/json"',
      ),
    },
  },
  filter("id=eq.1", 1),
  filter("id=neq.1", 2, 3, 4, 5),
  filter("id=gt.3", 4, 5),
  filter("id=gte.3", 3, 4, 5),
  filter("id=lt.3", 1, 2),
  filter("id=lte.3", 1, 2, 3),
  filter("name=like.Win*", 1, 2),
  filter("name=ilike.*os*", 3, 4),
  filter("name=not.like.Win*", 3, 4, 5),
  filter("name=match.^O", 4, 5),
  filter("name=imatch.^o", 4, 5),
  filter("name=like(any).{Win*,IOS}", 1, 2, 3),
  filter("name=like(all).{Win*,*10}", 2),
  filter("id=eq(any).{1,3}", 1, 3),
  filter("id=in.(1,3,9)", 1, 3),
  filter("id=in.(2,4,5)", 2, 4, 5),
  filter("id=in.(5)", 5),
  filter("id=not.in.(1,3)", 2, 4, 5),
  filter("id=eq.4", 4),
  filter("name=like.IO*", 3),
  filter("limit=3", 1, 2, 3),
  filter("limit=1", 1),
  filter("offset=3", 4, 5),
  filter("limit=2&offset=3", 4, 5),
  filter("limit=1&offset=1", 2),
  filter("or=(id.eq.2,id.eq.3)", 2, 3),
  filter("data->owner->>name=eq.Bob", 2),
  filter("data->steps->1=eq.2", 1),
  filter('name=in.("Windows 7",OSX)', 1, 4),
  filter("id=in.()"),
  filter("client_id=is.null", 5),
  filter("client_id=not.is.null", 1, 2, 3, 4),
  filter("client_id=is.not_null", 1, 2, 3, 4),
  filter("done=is.true", 1),
  filter("done=is.unknown", 4, 5),
  filter("done=isdistinct.true", 2, 3, 4, 5),
  filter("tags=cs.{old}", 1),
  filter("tags=cd.{os,old,new}", 1, 2),
  filter("tags=ov.{old,mobile}", 1),
  filter("weeks=cs.[7,8)", 1, 2),
  filter("weeks=sl.[15,30)", 1),
  filter("weeks=sr.(0,5)", 2),
  filter("weeks=nxr.(1,10)", 1),
  filter("weeks=nxl.[5,9)", 2),
  filter("weeks=adj.[10,12)", 1),
  filter("data->owner->>name=eq.Ann", 1),
  filter("data->steps->0=eq.1", 1),
  filter('data=cs.{"owner":{"name":"Bob"}}', 2),
  filter("name=fts.windows", 1, 2),
  filter("name=fts(english).window", 1, 2),
  filter("name=plfts.windows%2010", 2),
  filter("name=phfts(english).windows%207", 1),
  filter("name=wfts.ios%20or%20osx", 3, 4),
  filter("or=(id.eq.1,id.eq.5)", 1, 5),
  filter("or=(id.eq.1,and(id.gt.3,client_id.is.null))", 1, 5),
  filter("not.or=(id.eq.1,id.eq.5)", 2, 3, 4),
  filter("and=(id.gte.2,not.or(id.eq.3,id.eq.4))", 2, 5),
  filter("id=gt.1&id=lt.4", 2, 3),
  filter("project_label=eq.3%20IOS", 3),
  {
    request: "GET /projects?select=id,label:name,budget::text&id=lte.2&order=id.desc",
    expected: {
      status: 200,
      json: [
        { id: 2, label: "Windows 10", budget: "200.00" },
        { id: 1, label: "Windows 7", budget: "100.50" },
      ],
    },
  },
  {
    request: "GET /projects?select=data->owner->>name,first:data->steps->0,created&id=eq.1",
    expected: { status: 200, json: [{ name: "Ann", first: 1, created: "2024-01-01T00:00:00+00:00" }] },
  },
  {
    request: "GET /projects?select=id,project_label&order=project_label.desc&limit=1",
    expected: { status: 200, json: [{ id: 5, project_label: "5 Orphan" }] },
  },
  {
    request: "GET /projects?select=id&order=client_id.desc.nullslast,id.desc",
    expected: { status: 200, json: ids(4, 3, 2, 1, 5) },
  },
  {
    request: "GET /projects?select=id&order=client_id.asc.nullsfirst,id",
    expected: { status: 200, json: ids(5, 1, 2, 3, 4) },
  },
  {
    request: "GET /projects?select=id&order=id&limit=2&offset=1",
    expected: { status: 200, json: ids(2, 3), headers: { "content-range": "1-2/*" } },
  },
  {
    request: "GET /projects?select=id&order=id",
    headers: { range: "1-2", "range-unit": "items" },
    expected: { status: 200, json: ids(2, 3), headers: { "content-range": "1-2/*" } },
  },
  {
    request: "GET /projects?select=id&order=id&limit=2",
    headers: { prefer: "count=exact" },
    expected: {
      status: 206,
      json: ids(1, 2),
      headers: { "content-range": "0-1/5", "preference-applied": "count=exact" },
    },
  },
  {
    request: "GET /projects?select=id&id=lt.3&order=id",
    headers: { prefer: "count=exact" },
    expected: { status: 200, json: ids(1, 2), headers: { "content-range": "0-1/2" } },
  },
  {
    request: "GET /projects?select=id&offset=10",
    headers: { prefer: "count=exact" },
    expected: {
      status: 416,
      json: problem("PGRST103")(
        "Requested range not satisfiable",
        "An offset of 10 was requested, but there are only 5 rows.",
      ),
      headers: { "content-range": "*/5" },
    },
  },
  {
    request: "GET /projects?select=id&offset=10",
    expected: { status: 200, json: [], headers: { "content-range": "*/*" } },
  },
  { request: "GET /projects?limit=0", expected: { status: 200, json: [], headers: { "content-range": "*/*" } } },
  {
    request: "GET /projects?limit=-1",
    expected: {
      status: 416,
      json: problem("PGRST103")("Requested range not satisfiable", "Limit should be greater than or equal to zero."),
    },
  },
  {
    request: "GET /projects",
    headers: { range: "5-2" },
    expected: {
      status: 416,
      json: problem("PGRST103")(
        "Requested range not satisfiable",
        "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
      ),
    },
  },
  {
    request: "GET /clients?select=name&id=eq.1",
    headers: { accept: "application/vnd.pgrst.object+json" },
    expected: {
      status: 200,
      text: '{"name":"Microsoft"}',
      headers: { "content-type": "application/vnd.pgrst.object+json; charset=utf-8" },
    },
  },
  {
    request: "GET /clients?id=eq.9",
    headers: { accept: "application/vnd.pgrst.object+json" },
    expected: {
      status: 406,
      json: problem("PGRST116")("Cannot coerce the result to a single JSON object", "The result contains 0 rows"),
    },
  },
  {
    request: "GET /clients",
    headers: { accept: "application/vnd.pgrst.object" },
    expected: {
      status: 406,
      json: problem("PGRST116")("Cannot coerce the result to a single JSON object", "The result contains 2 rows"),
    },
  },
  {
    request: "GET /projects?select=id,budget,name&id=eq.5",
    headers: { accept: "application/vnd.pgrst.array+json;nulls=stripped" },
    expected: {
      status: 200,
      json: [{ id: 5, name: "Orphan" }],
      headers: { "content-type": "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8" },
    },
  },
  {
    request: "GET /projects?select=id,budget&id=eq.5",
    headers: { accept: "application/vnd.pgrst.object+json;nulls=stripped" },
    expected: { status: 200, json: { id: 5 } },
  },
  {
    request: "GET /clients?order=id",
    headers: { accept: "text/csv" },
    expected: {
      status: 200,
      text: "id,name\n1,Microsoft\n2,Apple",
      headers: { "content-type": "text/csv; charset=utf-8" },
    },
  },
  {
    request: "GET /projects?select=n:name,tags&id=eq.3",
    headers: { accept: "text/csv" },
    expected: { status: 200, text: 'n,tags\nIOS,"{os,""mobile, small""}"' },
  },
  {
    request: "GET /clients",
    headers: { accept: "application/unknown" },
    expected: {
      status: 406,
      json: problem("PGRST107")("None of these media types are available: application/unknown"),
    },
  },
  {
    request: "GET /clients?id=eq.1",
    headers: { accept: "text/html, application/json;q=0.9, */*;q=0.8" },
    expected: { status: 200, json: [{ id: 1, name: "Microsoft" }] },
  },
  {
    request: "HEAD /projects",
    headers: { prefer: "count=exact" },
    expected: { status: 200, text: "", headers: { "content-range": "0-4/5" } },
  },
  {
    request: "GET /project",
    expected: {
      status: 404,
      json: problem("PGRST205")(
        "Could not find the table 'public.project' in the schema cache",
        null,
        "Perhaps you meant the table 'public.projects'",
      ),
    },
  },
  {
    request: "GET /projects?select=nme",
    expected: {
      status: 400,
      json: problem("42703")(
        "column projects.nme does not exist",
        null,
        'Perhaps you meant to reference the column "projects.name".',
      ),
    },
  },
  {
    request: "GET /projects?id=eq.abc",
    expected: { status: 400, json: problem("22P02")('invalid input syntax for type integer: "abc"') },
  },
  {
    request: "GET /projects?select=id::nope",
    expected: { status: 400, json: problem("42704")('type "nope" does not exist') },
  },
  {
    request: "GET /projects?name=cs.1",
    expected: {
      status: 404,
      json: problem("42883")(
        "operator does not exist: text @> unknown",
        null,
        "No operator matches the given name and argument types. You might need to add explicit type casts.",
      ),
    },
  },
  {
    request: "GET /notes",
    headers: { "accept-profile": "api" },
    expected: { status: 200, json: [{ id: 1, text: "in api" }], headers: { "content-profile": "api" } },
  },
  {
    request: "GET /secrets",
    headers: { "accept-profile": "hidden" },
    expected: {
      status: 406,
      json: problem("PGRST106")("Invalid schema: hidden", null, "Only the following schemas are exposed: public, api"),
    },
  },
  {
    request: "GET /clients",
    headers: { prefer: "handling=strict, foo, bar=1" },
    expected: {
      status: 400,
      json: problem("PGRST122")("Invalid preferences given with handling=strict", "Invalid preferences: foo, bar=1"),
    },
  },
  {
    request: "GET /clients",
    headers: { prefer: "handling=lenient, foo, count=planned" },
    expected: { status: 206, headers: { "preference-applied": "count=planned, handling=lenient" } },
  },
  {
    request: "GET /projects?select=created&id=eq.1",
    headers: { prefer: "timezone=America/Los_Angeles" },
    expected: {
      status: 200,
      json: [{ created: "2023-12-31T16:00:00-08:00" }],
      headers: { "preference-applied": "timezone=America/Los_Angeles" },
    },
  },
  {
    request: "GET /projects?select=created&id=eq.1",
    headers: { prefer: "timezone=Jupiter/Red_Spot" },
    expected: {
      status: 200,
      json: [{ created: "2024-01-01T00:00:00+00:00" }],
      headers: { "preference-applied": null },
    },
  },
  {
    request: "GET /projects?select=created&id=eq.1",
    headers: { prefer: "handling=strict, timezone=Jupiter/Red_Spot" },
    expected: {
      status: 400,
      json: problem("PGRST122")(
        "Invalid preferences given with handling=strict",
        "Invalid preferences: timezone=Jupiter/Red_Spot",
      ),
    },
  },
  {
    request: "GET /projects?select=count()",
    expected: { status: 200, json: [{ count: 5 }] },
  },
  {
    request: "GET /projects?select=client_id,total:budget.sum(),id.count()&order=client_id",
    expected: {
      status: 200,
      json: [
        { client_id: 1, total: 300.5, count: 2 },
        { client_id: 2, total: 300, count: 2 },
        { client_id: null, total: null, count: 1 },
      ],
    },
  },
  {
    request: "GET /projects?select=id.max()::text",
    expected: { status: 200, json: [{ max: "5" }] },
  },
  {
    request: "GET /projects?id=foo.1",
    expected: {
      status: 400,
      json: problem("PGRST100")(
        '"failed to parse filter (foo.1)" (line 1, column 1)',
        'unexpected "f" expecting "not" or operator (eq, gt, ...)',
      ),
    },
  },
  {
    request: "GET /projects?or=()",
    expected: {
      status: 400,
      json: problem("PGRST100")(
        '"failed to parse logic tree (())" (line 1, column 4)',
        'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
      ),
    },
  },
  {
    request: "GET /projects?select=id,clients(name",
    expected: {
      status: 400,
      json: problem("PGRST100")(
        '"failed to parse select parameter (id,clients(name)" (line 1, column 16)',
        "query parameter select at character 16 expects ), found the end",
      ),
    },
  },
  {
    request: "GET /projects?order=id.down",
    expected: {
      status: 400,
      json: problem("PGRST100")(
        '"failed to parse order (id.down)" (line 1, column 4)',
        'unexpected "d" expecting "asc", "desc", "nullsfirst" or "nullslast"',
      ),
    },
  },
  { request: "GET /clients?select=count", expected: { status: 200, json: [{ count: 2 }] } },
  { request: "GET /clients?select=n:count::text", expected: { status: 200, json: [{ n: "2" }] } },
  { request: "GET /projects?select=id&limit=some&id=eq.1", expected: { status: 200, json: [{ id: 1 }] } },
  { request: "GET /projects?select=id&id=in.( )", expected: { status: 200, json: [] } },
  {
    request: "HEAD /projects?id=lt.4",
    headers: { range: "1-1" },
    expected: { status: 200, text: "", headers: { "content-range": "0-2/*" } },
  },
  {
    request: "GET /projects?select=id,data->7th-step&id=eq.1",
    expected: { status: 200, json: [{ id: 1, "7th-step": null }] },
  },
  {
    request: "GET /projects?select=data->>--1",
    expected: {
      status: 400,
      json: problem("PGRST100")(
        '"failed to parse select parameter (data->>--1)" (line 1, column 9)',
        'unexpected "-" expecting digit',
      ),
      headers: { "proxy-status": "PostgREST; error=PGRST100" },
    },
  },
  { request: "GET /?", headers: { accept: "text/csv" }, expected: { status: 406 } },
];
