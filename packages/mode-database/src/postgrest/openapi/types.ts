/** What Swagger calls a type of PostgreSQL. */
export interface SwaggerType {
  readonly type?: "string" | "boolean" | "integer" | "number" | "array";
  readonly items?: SwaggerType;
}

const names: Readonly<Record<string, SwaggerType>> = {
  boolean: { type: "boolean" },
  smallint: { type: "integer" },
  integer: { type: "integer" },
  bigint: { type: "integer" },
  numeric: { type: "number" },
  real: { type: "number" },
  "double precision": { type: "number" },
  // Anything.
  json: {},
  jsonb: {},
};

/** Source: https://swagger.io/specification/v2/#data-types */
export function swaggerType(type: string): SwaggerType {
  const list = /^(.*)\[\]$/.exec(type)?.[1];
  if (list !== undefined) return { type: "array", items: swaggerType(list) };
  return Object.hasOwn(names, type) ? (names[type] ?? {}) : { type: "string" };
}

/** What a column has without a value, where its expression is a value; `undefined` otherwise. */
export function defaultOf(type: string, expression: string): unknown {
  const text = swaggerType(type).type === "string" ? textOf(expression) : undefined;
  return text ?? parse(expression);
}

/** `'text'::type` */
function textOf(expression: string): string | undefined {
  const quoted = /^'((?:[^']|'')*)'::[^']+$/.exec(expression)?.[1];
  return quoted?.replaceAll("''", "'");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is an expression.
    return undefined;
  }
}
