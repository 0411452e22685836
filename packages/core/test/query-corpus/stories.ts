/** One request of a story and what every back end answers to it. */
export interface Step {
  /** `PATCH /customers?id=eq.1`, not percent-encoded. */
  readonly send: string;
  readonly prefer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a text. */
  readonly body?: unknown;
  readonly status: number;
  /** What the answer holds, members that do not matter left out. */
  readonly answer?: unknown;
  /** Those that matter. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

/** Requests in their order, from the rows of the corpus. */
export interface Story {
  readonly name: string;
  readonly steps: readonly Step[];
}

const one = { accept: "application/vnd.pgrst.object+json" };
const csv = { "content-type": "text/csv" };
const form = { "content-type": "application/x-www-form-urlencoded" };

/** Writes over HTTP: they change what the next request finds. */
export const stories: readonly Story[] = [
  {
    name: "a row from its beginning to its end",
    steps: [
      {
        send: "POST /addresses",
        body: { id: 7, street: "New Ln" },
        status: 201,
        answer: { id: 7, street: "New Ln" },
        answerHeaders: { location: "/addresses/7" },
      },
      { send: "POST /addresses", body: { id: 7, street: "x" }, status: 409 },
      { send: "POST /addresses?id=eq.9", body: { id: 9, street: "x" }, status: 400 },
      { send: "PUT /addresses/9?street=eq.x", body: { street: "x" }, status: 400 },
      { send: "GET /addresses/7", status: 200, answer: { id: 7, street: "New Ln" } },
      { send: "GET /addresses/7?select=street", status: 200, answer: { street: "New Ln" } },
      { send: "PATCH /addresses/7", body: { street: "Old Ln" }, status: 200, answer: { id: 7, street: "Old Ln" } },
      { send: "PUT /addresses/7", body: { street: "Ln" }, status: 200, answer: { id: 7, street: "Ln" } },
      { send: "PUT /addresses/8", body: { street: "Made" }, status: 201, answerHeaders: { location: "/addresses/8" } },
      { send: "DELETE /addresses/7", status: 204 },
      { send: "DELETE /addresses/7", status: 404 },
      { send: "GET /addresses?select=id&order=id", status: 200, answer: [{ id: 1 }, { id: 2 }, { id: 8 }] },
    ],
  },
  {
    name: "many rows at once",
    steps: [
      { send: "PATCH /orders", body: { status: "x" }, status: 400 },
      { send: "DELETE /orders", status: 400 },
      {
        send: "PATCH /orders?status=eq.open&select=id,status&order=id",
        body: { status: "late" },
        status: 200,
        answer: [
          { id: 11, status: "late" },
          { id: 14, status: "late" },
        ],
      },
      {
        send: "PATCH /orders?status=eq.late&order=id.desc&limit=1&select=id",
        body: { total: 0 },
        status: 200,
        answer: [{ id: 14 }],
      },
      { send: "PATCH /orders?id=eq.99", body: { total: 0 }, status: 200, answer: [] },
      { send: "PATCH /orders?id=eq.x", body: { total: 0 }, status: 400 },
      { send: "DELETE /orders?id=gt.10", prefer: "max-affected=2", status: 400 },
      {
        send: "DELETE /orders?id=gt.12&select=id&order=id",
        prefer: "return=representation, count=exact",
        status: 200,
        answer: [{ id: 13 }, { id: 14 }],
        answerHeaders: { "content-range": "*/2", "preference-applied": "return=representation, count=exact" },
      },
      { send: "DELETE /orders?or=(id.eq.10,total.gt.90)", status: 204 },
      { send: "GET /orders?select=id,status", status: 200, answer: [{ id: 11, status: "late" }] },
    ],
  },
  {
    name: "rows in one step, or none",
    steps: [
      {
        send: "POST /addresses?select=id&order=id",
        body: [
          { id: 20, street: "a" },
          { id: 21, street: "b" },
        ],
        status: 201,
        answer: [{ id: 20 }, { id: 21 }],
      },
      {
        send: "POST /addresses",
        body: [
          { id: 22, street: "c" },
          { id: 20, street: "d" },
        ],
        status: 409,
      },
      { send: "GET /addresses?id=eq.22", status: 200, answer: [] },
      {
        send: "POST /addresses",
        headers: csv,
        body: 'id,street\n23,"x, y"\n24,z',
        status: 201,
        answer: [
          { id: 23, street: "x, y" },
          { id: 24, street: "z" },
        ],
      },
      { send: "POST /addresses", headers: csv, body: "id,street\n25", status: 400 },
      {
        send: "POST /addresses",
        headers: form,
        body: "id=26&street=a+b",
        status: 201,
        answer: { id: 26, street: "a b" },
      },
      { send: "POST /addresses", headers: { "content-type": "text/xml" }, body: "<a/>", status: 415 },
    ],
  },
  {
    name: "what a write answers",
    steps: [
      {
        send: "POST /addresses",
        prefer: "return=minimal",
        body: { id: 30, street: "a" },
        status: 201,
        answer: null,
        answerHeaders: { location: "/addresses/30", "preference-applied": "return=minimal" },
      },
      { send: "PATCH /addresses/30", prefer: "return=minimal", body: { street: "b" }, status: 204, answer: null },
      { send: "PATCH /addresses?id=eq.30", prefer: "return=headers-only", body: { street: "c" }, status: 204 },
      { send: "DELETE /addresses/30", prefer: "return=representation", status: 200, answer: { id: 30, street: "c" } },
      { send: "PATCH /addresses?id=in.(1,2)", headers: one, body: { street: "x" }, status: 406 },
      {
        send: "PATCH /addresses?id=eq.1&select=street",
        headers: one,
        prefer: "tx=rollback",
        body: { street: "x" },
        status: 200,
        answer: { street: "x" },
        answerHeaders: { "preference-applied": "tx=rollback" },
      },
      { send: "POST /addresses", prefer: "handling=strict, return=all", body: { id: 31, street: "a" }, status: 400 },
      {
        send: "GET /addresses?select=street&order=id",
        status: 200,
        answer: [{ street: "High St" }, { street: "Low Rd" }],
      },
    ],
  },
  {
    name: "rows that are there already",
    steps: [
      {
        send: "POST /addresses",
        prefer: "resolution=merge-duplicates",
        body: [
          { id: 1, street: "Higher St" },
          { id: 40, street: "New" },
        ],
        status: 201,
        answer: [
          { id: 1, street: "Higher St" },
          { id: 40, street: "New" },
        ],
      },
      {
        send: "POST /addresses",
        prefer: "resolution=ignore-duplicates",
        body: [
          { id: 1, street: "no" },
          { id: 41, street: "Newer" },
        ],
        status: 201,
        answer: [{ id: 41, street: "Newer" }],
      },
      { send: "POST /addresses", prefer: "resolution=merge-duplicates", body: { id: 40, street: "Old" }, status: 200 },
      {
        send: "GET /addresses?order=id&select=street",
        status: 200,
        answer: [{ street: "Higher St" }, { street: "Low Rd" }, { street: "Old" }, { street: "Newer" }],
      },
    ],
  },
  {
    name: "rows with those that belong to them",
    steps: [
      {
        send: "POST /staff?select=name,team(name)",
        body: {
          id: 50,
          name: "Boss",
          team: [
            { id: 51, name: "A" },
            { id: 52, name: "B" },
          ],
        },
        status: 201,
        answer: { name: "Boss", team: [{ name: "A" }, { name: "B" }] },
      },
      { send: "GET /staff?boss=eq.50&select=id", status: 200, answer: [{ id: 51 }, { id: 52 }] },
      { send: "POST /staff", body: { id: 53, name: "C", team: [{ id: 54, name: "D" }, 5] }, status: 400 },
      { send: "POST /staff", body: { id: 53, name: "C", team: [{ id: 51, name: "D" }] }, status: 409 },
      { send: "GET /staff?id=gt.52", status: 200, answer: [] },
      {
        send: "POST /addresses?columns=id,street",
        body: { id: 60, street: "s", other: 1 },
        status: 201,
        answer: { id: 60, street: "s" },
      },
    ],
  },
];
