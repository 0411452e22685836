/** A request, and what PostgREST answers. */
export interface HttpCase {
  /** `GET /projects?id=eq.1` */
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly expected: {
    readonly status: number;
    readonly json?: unknown;
    readonly text?: string;
    /** `null` for one that is not there. */
    readonly headers?: Readonly<Record<string, string | null>>;
  };
}

/** An error body of a code. */
export function problem(code: string) {
  return (message: string, details: unknown = null, hint: string | null = null): Readonly<Record<string, unknown>> => ({
    code,
    details,
    hint,
    message,
  });
}
