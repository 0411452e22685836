import type { Scope } from "./template.ts";

type Read = (scope: Scope) => unknown;

/** A name that an expression may begin with. */
export interface Root {
  readonly description: string;
  /** The value itself; `undefined` when a name has to follow. */
  readonly whole?: Read;
  /** The only names that may follow; any name when `undefined`. */
  readonly members?: Readonly<Record<string, Read>>;
  /** Whether the value itself holds the body of the request. */
  readonly body?: boolean;
  /** Whether the value itself depends on requests that came before. */
  readonly state?: boolean;
}

const request: Readonly<Record<string, Read>> = {
  method: ({ request }) => request.method,
  url: ({ request }) => request.url,
  path: ({ request }) => request.path,
  params: ({ request }) => request.params,
  query: ({ request }) => request.query,
  headers: ({ request }) => request.headers,
  cookies: ({ request }) => request.cookies,
  body: ({ request }) => request.received?.value,
  ip: ({ request }) => request.ip,
  id: ({ requestId }) => requestId,
};

export const roots: Readonly<Record<string, Root>> = {
  request: {
    description: "The request: `method url path params query headers cookies body ip id`.",
    whole: (scope) => Object.fromEntries(Object.entries(request).map(([name, read]) => [name, read(scope)])),
    members: request,
    body: true,
  },
  path: { description: "Path parameters: `path.id`.", whole: ({ request }) => request.params },
  query: { description: "Query parameters; a repeated one is a list.", whole: ({ request }) => request.query },
  headers: {
    description: "Request headers, in any case: `headers.x-request-id`.",
    whole: ({ request }) => request.headers,
  },
  cookies: { description: "Cookies.", whole: ({ request }) => request.cookies },
  body: {
    description: "The body: JSON, form fields or text.",
    whole: ({ request }) => request.received?.value,
    body: true,
  },
  state: { description: "State of the session: `state.name`, and the calls below." },
  session: {
    description: "The session: `session.id`.",
    whole: ({ session }) => ({ id: session.id }),
    members: { id: ({ session }) => session.id },
  },
  mock: {
    description: "The `mock:` block of the endpoint: `mock.data`.",
    whole: ({ data }) => ({ data }),
    members: { data: ({ data }) => data },
  },
  count: {
    description: "How many requests this route answered in this session, this one included.",
    whole: ({ count }) => count,
    state: true,
  },
  env: { description: "Environment variables that `expose_env` names: `env.STAGE`." },
  faker: { description: "Fake data: `faker.name`, `faker('person.fullName')`." },
};

/** The root of this name. */
export function rootOf(name: string): Root | undefined {
  return Object.hasOwn(roots, name) ? roots[name] : undefined;
}
