/**
 * A schema of any library that follows Standard Schema 1 (zod, valibot, arktype, …).
 *
 * Source: https://standardschema.dev
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** The whole of the specification. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Standard JSON Schema 1; without it the options are left out of the generated JSON Schema and reference. */
    readonly jsonSchema?:
      | { readonly input: (options: { readonly target: string }) => Record<string, unknown> }
      | undefined;
  };
}

/** What a schema says of a value: the checked value, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One mistake a schema found. */
export interface SchemaIssue {
  /** What is wrong, without the path. */
  readonly message: string;
  /** From the checked value to the mistake; the value itself when missing. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type a schema's checked value has. */
export type SchemaOutput<S> = S extends StandardSchema<unknown, infer Output> ? Output : unknown;
