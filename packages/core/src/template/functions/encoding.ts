import { createHash, createHmac } from "node:crypto";
import type { BuiltinFamily } from "../builtin.ts";
import { textOf, wrong } from "../parameters.ts";

export const encoding: BuiltinFamily = {
  url_encode: {
    signature: "url_encode(text)",
    description: "Percent-encoded for one part of an address.",
    arity: [1, 1],
    pure: true,
    // A lone surrogate has no UTF-8 and would throw; it becomes U+FFFD as on any output.
    call: (_, value) => encodeURIComponent(Buffer.from(textOf(value)).toString()),
  },
  base64: {
    signature: "base64(text)",
    description: "The UTF-8 bytes of a text in Base64.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => Buffer.from(textOf(value)).toString("base64"),
  },
  base64_decode: {
    signature: "base64_decode(text)",
    description: "The UTF-8 text that Base64 or Base64url holds.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => Buffer.from(textOf(value), "base64").toString(),
  },
  sha256: {
    signature: "sha256(text[, encoding])",
    description: "SHA-256 of a text as `hex` (the default), `base64` or `base64url`.",
    arity: [1, 2],
    pure: true,
    call: (_, value, encoding) => createHash("sha256").update(textOf(value)).digest(encodingOf(encoding)),
  },
  hmac: {
    signature: "hmac(text, key[, algorithm[, encoding]])",
    description:
      "HMAC of a text by `sha256` (the default), `sha1`, `sha384` or `sha512`, written as `hex`, `base64` or `base64url`.",
    arity: [2, 4],
    pure: true,
    call: (_, ...[value, key, algorithm, encoding]) =>
      createHmac(algorithmOf(algorithm), textOf(key)).update(textOf(value)).digest(encodingOf(encoding)),
  },
};

const algorithms = ["sha256", "sha1", "sha384", "sha512"];

function algorithmOf(value: unknown): string {
  const algorithm = textOf(value, "sha256");
  if (!algorithms.includes(algorithm)) throw wrong(value, `one of ${algorithms.join(", ")}`);
  return algorithm;
}

function encodingOf(value: unknown): "hex" | "base64" | "base64url" {
  const encoding = textOf(value, "hex");
  if (encoding === "hex" || encoding === "base64" || encoding === "base64url") return encoding;
  throw wrong(value, "one of hex, base64, base64url");
}
