import type { ResponseInit } from "@backworks/core";
import type { Described } from "../openapi/described.ts";
import { describedSql } from "../openapi/described.ts";
import { documentOf } from "../openapi/document.ts";
import { refusals } from "../refusal.ts";
import { toResponse } from "./answer.ts";
import { namesOf } from "./media.ts";
import type { Media } from "./media.ts";
import type { OpenRequest, Rest, RestSettings } from "./rest.ts";
import { runStatement } from "./run.ts";

const media: Media = { kind: "json", stripNulls: false, contentType: "application/openapi+json; charset=utf-8" };

/** `GET /`: what there is, as OpenAPI. @throws Refused */
export async function describeSchema(rest: Rest, open: OpenRequest): Promise<ResponseInit> {
  const { settings } = rest;
  const { catalog, schema, accept, exchange } = open;
  if (settings.openapi === "disabled") throw refusals.root();
  if (!accept.some(({ name, quality }) => quality > 0 && isOpenApi(name))) throw refusals.media(namesOf(accept));
  const request = { ...open, media };
  const binds = [schema, settings.openapi === "ignore-privileges"];
  const row = await runStatement(rest, request, { text: describedSql, binds, reads: true });
  const { headers, path } = exchange.request;
  const document = documentOf({
    catalog,
    schema,
    described: seenOf(settings, row["body"]),
    host: headers["host"]?.toString(),
    basePath: path.replace(/(?<=.)\/$/, ""),
    security: settings.openapiSecurity,
  });
  return toResponse(rest, request, { status: 200, body: JSON.stringify(document), followed: [], row });
}

function isOpenApi(name: string): boolean {
  return /^(?:\*\/\*|application\/(?:\*|json|openapi\+json))$/.test(name);
}

function seenOf({ tables, functions }: RestSettings, body: unknown): Described {
  // As the statement made it; a schema that is not there has nothing.
  const described: Described = typeof body === "string" ? (JSON.parse(body) as Described) : nothing;
  return {
    comment: described.comment,
    tables: described.tables.filter(({ name }) => tables?.has(name) ?? true),
    routines: described.routines.filter(({ name }) => functions?.has(name) ?? true),
  };
}

const nothing: Described = { comment: null, tables: [], routines: [] };
