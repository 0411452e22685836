/**
 * Options of `plugins.greeting`. Any library that follows Standard Schema would do; for one option, twenty lines do too.
 *
 * @type {import("@backworks/core").StandardSchema<unknown, { readonly greeting: string }>}
 */
export const options = {
  "~standard": {
    version: 1,
    vendor: "backworks-plugin-greeting",
    validate(value) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return { issues: [{ message: "must be a mapping" }] };
      }
      const unknown = Object.keys(value).filter((key) => key !== "greeting");
      if (unknown.length > 0) return { issues: unknown.map((key) => ({ message: "is not an option", path: [key] })) };
      const { greeting = "Hello" } = value;
      if (typeof greeting === "string" && /^[\w ]+$/.test(greeting)) return { value: { greeting } };
      return { issues: [{ message: "must be words", path: ["greeting"] }] };
    },
    jsonSchema: {
      input: () => ({
        type: "object",
        properties: { greeting: { type: "string", default: "Hello", description: "The first word" } },
        additionalProperties: false,
      }),
    },
  },
};
