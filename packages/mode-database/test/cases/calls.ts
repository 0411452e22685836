import type { HttpCase } from "./http-case.ts";
import { problem } from "./http-case.ts";

export const callCases: readonly HttpCase[] = [
  { request: "GET /rpc/add?a=1&b=2", expected: { status: 200, text: "3", headers: { "content-range": "0-0/*" } } },
  { request: "GET /rpc/add?a=1", expected: { status: 200, text: "11" } },
  { request: "POST /rpc/add", body: { a: 1, b: 2 }, expected: { status: 200, text: "3" } },
  {
    request: "POST /rpc/add",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "a=4&b=5",
    expected: { status: 200, text: "9" },
  },
  { request: "GET /rpc/greet", expected: { status: 200, text: '"hello"' } },
  { request: "POST /rpc/greet", body: {}, expected: { status: 200, text: '"hello"' } },
  { request: "POST /rpc/greet", expected: { status: 200, text: '"hello"' } },
  { request: "HEAD /rpc/greet", expected: { status: 200, text: "" } },
  {
    request: "GET /rpc/all_projects?select=id,clients(name)&id=gt.2&order=id.desc&limit=2",
    expected: {
      status: 200,
      json: [
        { id: 5, clients: null },
        { id: 4, clients: { name: "Apple" } },
      ],
      headers: { "content-range": "0-1/*" },
    },
  },
  {
    request: "GET /rpc/all_projects?select=id,project_label&order=id&limit=1",
    headers: { prefer: "count=exact" },
    expected: {
      status: 206,
      json: [{ id: 1, project_label: "1 Windows 7" }],
      headers: { "content-range": "0-0/5", "preference-applied": "count=exact" },
    },
  },
  {
    request: "POST /rpc/all_projects?select=name&name=like.W*&order=name",
    body: {},
    expected: { status: 200, json: [{ name: "Windows 10" }, { name: "Windows 7" }] },
  },
  {
    request: "GET /rpc/project_by_id?id=2&select=name",
    expected: { status: 200, text: '{"name":"Windows 10"}' },
  },
  {
    request: "GET /rpc/totals?n=gt.0&order=client",
    expected: {
      status: 200,
      json: [
        { client: "Apple", n: 2 },
        { client: "Microsoft", n: 2 },
      ],
    },
  },
  { request: "GET /rpc/pair", expected: { status: 200, text: '{"low":1,"high":2}' } },
  { request: "GET /rpc/numbers", expected: { status: 200, json: [1, 2, 3, 4, 5] } },
  {
    request: "GET /rpc/numbers?limit=2&offset=1",
    expected: { status: 200, json: [2, 3], headers: { "content-range": "1-2/*" } },
  },
  {
    request: "GET /rpc/numbers?limit=2",
    headers: { prefer: "count=exact" },
    expected: { status: 206, json: [1, 2], headers: { "content-range": "0-1/5" } },
  },
  {
    request: "GET /rpc/numbers?limit=2",
    headers: { accept: "text/csv" },
    expected: { status: 200, text: "pgrst_scalar\n1\n2" },
  },
  {
    request: "GET /clients/1/projects",
    expected: { status: 404, json: problem("PGRST125")("Invalid path specified in request URL") },
  },
  { request: "GET /rpc/sum_all?v=1&v=2&v=3", expected: { status: 200, text: "6" } },
  { request: "GET /rpc/sum_all?v={4,5}", expected: { status: 200, text: "9" } },
  { request: "POST /rpc/sum_all", body: { v: [1, 2, 3, 4] }, expected: { status: 200, text: "10" } },
  { request: "POST /rpc/log_line", body: { line: "once" }, expected: { status: 200, text: "1" } },
  {
    request: "POST /rpc/log_line",
    headers: { prefer: "tx=rollback" },
    body: { line: "undone" },
    expected: { status: 200, text: "1", headers: { "preference-applied": "tx=rollback" } },
  },
  { request: "GET /logs?select=line", expected: { status: 200, json: [{ line: "once" }] } },
  {
    request: "GET /rpc/log_line?line=x",
    expected: { status: 405, json: problem("25006")("cannot execute INSERT in a read-only transaction") },
  },
  { request: "GET /rpc/harmless", expected: { status: 200, text: "5" } },
  {
    request: "PATCH /rpc/greet",
    body: {},
    expected: { status: 405, json: problem("PGRST101")("Cannot use the PATCH method on RPC") },
  },
  {
    request: "POST /rpc/nothing",
    body: {},
    expected: { status: 204, text: "", headers: { "content-type": null } },
  },
  { request: "POST /rpc/kind_of", body: [1, 2], expected: { status: 200, text: '"array"' } },
  { request: "POST /rpc/kind_of", body: { a: 1 }, expected: { status: 200, text: '"object"' } },
  {
    request: "POST /rpc/size_of",
    headers: { "content-type": "application/octet-stream" },
    body: "12345",
    expected: { status: 200, text: "5" },
  },
  {
    request: "POST /rpc/shout",
    headers: { "content-type": "text/plain" },
    body: "loud",
    expected: { status: 200, text: '"LOUD"' },
  },
  // Of functions whose one parameter has no name, only those that take a whole body can be called.
  { request: "POST /rpc/shout", body: { "": "loud" }, expected: { status: 200, text: '"{\\"\\":\\"LOUD\\"}"' } },
  {
    request: "POST /rpc/whisper",
    body: { "": 1 },
    expected: {
      status: 404,
      json: problem("PGRST202")(
        "Could not find the function public.whisper() in the schema cache",
        "Searched for the function public.whisper with parameter  or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
      ),
    },
  },
  {
    request: "GET /rpc/all_projects?nme=eq.x",
    expected: {
      status: 400,
      json: problem("42703")(
        "column pgrst_call.nme does not exist",
        null,
        'Perhaps you meant to reference the column "pgrst_call.name".',
      ),
    },
  },
  { request: "GET /rpc/over?a=1&b=2", expected: { status: 200, text: '"two"' } },
  {
    request: "GET /rpc/over?a=1",
    expected: {
      status: 300,
      json: problem("PGRST203")(
        "Could not choose the best candidate function between: public.over(a => integer), public.over(a => text)",
        null,
        "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
      ),
    },
  },
  {
    request: "GET /rpc/ad?a=1",
    expected: {
      status: 404,
      json: problem("PGRST202")(
        "Could not find the function public.ad(a) in the schema cache",
        "Searched for the function public.ad with parameter a, but no matches were found in the schema cache.",
      ),
    },
  },
  {
    request: "GET /rpc/al_projects",
    expected: {
      status: 404,
      json: problem("PGRST202")(
        "Could not find the function public.al_projects without parameters in the schema cache",
        "Searched for the function public.al_projects without parameters, but no matches were found in the schema cache.",
        "Perhaps you meant to call the function public.all_projects",
      ),
    },
  },
  {
    request: "POST /rpc/add",
    body: { x: 1, a: 2 },
    expected: {
      status: 404,
      json: problem("PGRST202")(
        "Could not find the function public.add(a, x) in the schema cache",
        "Searched for the function public.add with parameters a, x or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
        "Perhaps you meant to call the function public.add(a, b)",
      ),
    },
  },
  {
    request: "GET /rpc/nowhere_near_it",
    expected: {
      status: 404,
      json: problem("PGRST202")(
        "Could not find the function public.nowhere_near_it without parameters in the schema cache",
        "Searched for the function public.nowhere_near_it without parameters, but no matches were found in the schema cache.",
      ),
    },
  },
  {
    request: "GET /rpc/add?a=x",
    expected: { status: 400, json: problem("22P02")('invalid input syntax for type integer: "x"') },
  },
  {
    request: "POST /rpc/raise_plain",
    body: {},
    expected: { status: 400, json: problem("P0001")("no luck") },
  },
  ...(
    [
      ["PT402", 402],
      ["42501", 401],
      ["40001", 500],
      ["53400", 500],
      ["53100", 503],
      ["28000", 403],
      ["P0002", 500],
      ["XX001", 500],
      ["57P01", 503],
      ["25006", 405],
      ["0P000", 403],
      ["22012", 400],
      ["42P17", 500],
      ["54001", 500],
      ["08000", 503],
    ] as const
  ).map(([state, status]): HttpCase => ({
    request: "POST /rpc/fail",
    body: { state },
    expected: { status, json: problem(state)("it failed", "in detail", "do not") },
  })),
  {
    request: "POST /rpc/fail",
    body: { state: "42501" },
    expected: { status: 401, headers: { "www-authenticate": "Bearer" } },
  },
  {
    request: "POST /rpc/raise_whole",
    body: { detail: '{"status":402,"headers":{"X-Powered-By":"Nerd Rage"}}' },
    expected: {
      status: 402,
      json: problem("123")("pay first", "it costs", "money"),
      headers: { "x-powered-by": "Nerd Rage" },
    },
  },
  {
    request: "POST /rpc/raise_whole",
    body: { detail: "no json" },
    expected: {
      status: 500,
      json: problem("PGRST121")(
        "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error",
        "Invalid JSON value for DETAIL: 'no json'",
        "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'.",
      ),
    },
  },
  {
    request: "POST /rpc/teapot",
    body: { code: "418", head: '[{"X-Tea":"green"},{"Cache-Control":"no-store"}]' },
    expected: { status: 418, text: '"tea"', headers: { "x-tea": "green", "cache-control": "no-store" } },
  },
  {
    request: "POST /rpc/teapot",
    body: { code: "hot", head: "[]" },
    expected: { status: 500, json: problem("PGRST112")("response.status guc must be a valid status code") },
  },
  {
    request: "POST /rpc/teapot",
    body: { code: "200", head: '{"a":"b"}' },
    expected: {
      status: 500,
      json: problem("PGRST111")(
        "response.headers guc must be a JSON array composed of objects with a single key and a string value",
      ),
    },
  },
  {
    request: "POST /rpc/touch_all?select=id",
    headers: { prefer: "handling=strict, max-affected=2" },
    body: {},
    expected: {
      status: 400,
      json: problem("PGRST124")("Query result exceeds max-affected preference constraint", "The query affects 5 rows"),
    },
  },
  {
    request: "POST /rpc/greet",
    headers: { prefer: "handling=strict, max-affected=2" },
    body: {},
    expected: {
      status: 400,
      json: problem("PGRST128")(
        "Function must return SETOF or TABLE when max-affected preference is used with handling=strict",
      ),
    },
  },
  {
    request: "GET /rpc/all_projects?id=eq.1&select=name",
    headers: { accept: "application/vnd.pgrst.object+json" },
    expected: { status: 200, text: '{"name":"Windows 7"}' },
  },
  {
    request: "GET /rpc/all_projects?select=name",
    headers: { accept: "application/vnd.pgrst.object+json" },
    expected: {
      status: 406,
      json: problem("PGRST116")("Cannot coerce the result to a single JSON object", "The result contains 5 rows"),
    },
  },
  {
    request: "GET /rpc/totals?order=client",
    headers: { accept: "text/csv" },
    expected: { status: 200, text: "client,n\nApple,2\nMicrosoft,2" },
  },
  {
    request: "GET /rpc/hello",
    headers: { "accept-profile": "api" },
    expected: { status: 200, text: '"from api"' },
  },
  {
    request: "POST /rpc/hello",
    headers: { "content-profile": "api" },
    body: {},
    expected: { status: 200, text: '"from api"', headers: { "content-profile": "api" } },
  },
  { request: "POST /rpc/add", body: [{ a: 3, b: 4 }, { a: 5 }], expected: { status: 200, text: "7" } },
  {
    request: "POST /rpc/add",
    headers: { "content-type": "text/csv" },
    body: "a,b\n5,6\n",
    expected: { status: 200, text: "11" },
  },
  {
    request: "POST /rpc/sum_all",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "v=1&v=2&v=4",
    expected: { status: 200, text: "7" },
  },
  {
    request: "POST /rpc/nowhere",
    headers: { "content-type": "text/plain" },
    body: "x",
    expected: {
      status: 404,
      json: problem("PGRST202")(
        "Could not find the function public.nowhere in the schema cache",
        "Searched for the function public.nowhere with a single unnamed text parameter, but no matches were found in the schema cache.",
      ),
    },
  },
  {
    request: "POST /rpc/kind_of",
    headers: { "content-type": "text/csv" },
    body: "a\n1\n",
    expected: { status: 404 },
  },
];
