import type { Part } from "./document.ts";

/** Source: RFC 9457, with the members that every problem of Backworks has. */
export const problemSchema: Part = {
  type: "object",
  required: ["type", "title", "status"],
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", pattern: "^BW_[A-Z0-9_]+$", description: "The same for the same problem, for ever." },
    detail: { type: "string" },
    requestId: { type: "string" },
  },
};

const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };

const problem = (description: string): Part => ({ description, content });

export const problemResponses: Part = {
  Invalid: problem("The query or the body is none that this collection takes."),
  Unauthenticated: problem("This is not for everybody, and nobody said who asks."),
  Forbidden: problem("This is not for who asks, or not with these rows and columns."),
  NotFound: problem("There is no such row."),
  Conflict: problem("Another row has the same key, or rows refer to each other."),
  PreconditionFailed: problem("The row is not what If-Match says."),
  MediaType: problem("The body is of a type that is not read."),
  Unprocessable: problem("A value is missing, or is not one that its column takes."),
  PreconditionRequired: problem("If-Match is missing."),
  Problem: problem("Whatever else went wrong."),
};

/** Statuses with the responses above. */
export const problemsBy: Readonly<Record<number, Part>> = Object.fromEntries(
  Object.entries({
    400: "Invalid",
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    412: "PreconditionFailed",
    415: "MediaType",
    422: "Unprocessable",
    428: "PreconditionRequired",
  }).map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]),
);
