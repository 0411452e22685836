import { describe, expect, it } from "@jest/globals";
import type { IncomingAnswer, OutgoingRequest } from "@backworks/core";
import { replay } from "./replay.ts";

interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function side(answer: (request: OutgoingRequest) => Told): {
  inject(request: OutgoingRequest): Promise<IncomingAnswer>;
} {
  return {
    async inject(request) {
      const { status = 200, headers = {}, body } = answer(request);
      return { status, headers, body: Buffer.from(body === undefined ? "" : JSON.stringify(body)) };
    },
  };
}

const get = { method: "GET", url: "/a" };

describe("replay", () => {
  it.each<[string, Told, Told, object[]]>([
    ["nothing when both are alike, whatever the order of keys", { body: { a: 1, b: 2 } }, { body: { b: 2, a: 1 } }, []],
    [
      "a status with its code",
      {},
      { status: 400, body: { code: "BW_X" } },
      [{ at: "status", mock: "200", database: "400 BW_X" }],
    ],
    [
      "a value in a row",
      { body: [{ a: 1 }, { a: "x" }] },
      { body: [{ a: 1 }, { a: 2 }] },
      [{ at: "body[1].a", mock: '"x"', database: "2" }],
    ],
    [
      "null for what is not there",
      { body: [{}] },
      { body: [{ a: null }] },
      [{ at: "body[0].a", mock: "nothing", database: "null" }],
    ],
    ["rows that are too many", { body: [1] }, { body: [1, 2] }, [{ at: "body.length", mock: "1", database: "2" }]],
    [
      "a header",
      { headers: { location: "/a/1" } },
      {},
      [{ at: "header location", mock: '"/a/1"', database: "nothing" }],
    ],
    ["a validator that is missing, and not another one", { headers: { etag: "1" } }, { headers: { etag: "2" } }, []],
    [
      "nothing of the words of problems",
      { status: 404, body: { code: "BW_X" } },
      { status: 404, body: { code: "BW_Y" } },
      [],
    ],
  ])("tells %s", async (...[, mock, database, differences]) => {
    const found = await replay({ mock: side(() => mock), database: side(() => database) }, [get], "id");

    expect(found.differences.map(({ request: _request, ...rest }) => rest)).toEqual(differences);
    expect(found.requests).toBe(1);
  });

  it("asks each side for the row that it created itself", async () => {
    const asked: string[] = [];
    const making = (id: string) =>
      side(({ method, url }) => {
        asked.push(`${method} ${url}`);
        return { body: { id, name: "a" }, headers: { location: `/a/${id}` } };
      });
    const probes = [
      { method: "POST", url: "/a", body: {}, creates: true },
      { method: "GET", url: "/a/{created}" },
    ];

    const found = await replay({ mock: making("x-1"), database: making("y-2") }, probes, "id");

    expect(found.differences).toEqual([]);
    expect(asked).toEqual(["POST /a", "POST /a", "GET /a/x-1", "GET /a/y-2"]);
  });
});
