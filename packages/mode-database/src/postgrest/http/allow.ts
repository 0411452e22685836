import type { ResponseInit } from "@backworks/core";
import { keyOf } from "../catalog/catalog.ts";
import type { Table } from "../catalog/catalog.ts";
import { refusals } from "../refusal.ts";
import { findTable } from "./resource.ts";
import type { OpenRequest, Rest } from "./rest.ts";

/** `OPTIONS /table`: what may be done with it, whoever asks. @throws Refused with PGRST205 */
export function allowTable(rest: Rest, request: OpenRequest, name: string): ResponseInit {
  return allowing(methodsOf(findTable(rest, request, name)));
}

/** A row is put where it has a key. */
function methodsOf({ allows, primaryKey }: Table): readonly string[] {
  return [
    ...reading,
    ...(allows.insert ? ["POST"] : []),
    ...(allows.insert && allows.update && primaryKey.length > 0 ? ["PUT"] : []),
    ...(allows.update ? ["PATCH"] : []),
    ...(allows.delete ? ["DELETE"] : []),
  ];
}

const reading = ["OPTIONS", "GET", "HEAD"] as const;

/** `OPTIONS /rpc/function` @throws Refused with PGRST202 */
export function allowRoutine({ settings }: Rest, { catalog, schema }: OpenRequest, name: string): ResponseInit {
  const found = (settings.functions?.has(name) ?? true) ? catalog.routines.get(keyOf(schema, name)) : undefined;
  if (found === undefined)
    throw refusals.routine(
      `Could not find the function ${schema}.${name} in the schema cache`,
      `Searched for the function ${schema}.${name}, but no matches were found in the schema cache.`,
      undefined,
    );
  return allowing(found.every((routine) => routine.volatile) ? ["OPTIONS", "POST"] : [...reading, "POST"]);
}

/** `OPTIONS /` */
export function allowRoot(): ResponseInit {
  return allowing(reading);
}

function allowing(methods: readonly string[]): ResponseInit {
  return { status: 200, headers: { allow: methods.join(",") }, body: null };
}
